namespace IlgpuGan.Export;

/// <summary>The networks from image to image whose state dictionaries PyTorch users have.</summary>
public enum PublishedNetwork
{
    /// <summary>The U-Net of pix2pix (Isola et al. 2017), <c>unet_128</c> and <c>unet_256</c> in the repository pytorch-CycleGAN-and-pix2pix.</summary>
    UNet,

    /// <summary>The generator of residual blocks of CycleGAN (Zhu et al. 2017), there <c>resnet_6blocks</c> and <c>resnet_9blocks</c>.</summary>
    ResNet,

    /// <summary>The discriminator of patches, there <c>basic</c>, <c>n_layers</c> and <c>pixel</c>.</summary>
    Patch,

    /// <summary>StarGAN's generator (Choi et al. 2018).</summary>
    StarGan,

    /// <summary>StarGAN's discriminator.</summary>
    StarGanDiscriminator,
}
