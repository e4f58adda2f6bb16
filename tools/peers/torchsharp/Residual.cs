using static TorchSharp.torch;
using static TorchSharp.torch.nn;

sealed class Residual : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> inner;

    public Residual(int width)
        : base("residual")
    {
        inner = Sequential(ReflectionPad2d(1), Conv2d(width, width, 3, bias: false), GroupNorm(1, width), ReLU(), ReflectionPad2d(1), Conv2d(width, width, 3, bias: false), GroupNorm(1, width));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => input + inner.forward(input);
}
