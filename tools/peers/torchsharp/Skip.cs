using static TorchSharp.torch;
using static TorchSharp.torch.nn;

sealed class Skip : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> inner;

    public Skip(Module<Tensor, Tensor> inner)
        : base("skip")
    {
        this.inner = inner;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => cat([input, inner.forward(input)], 1);
}
