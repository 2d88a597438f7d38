import Networks

/// What networks of the published PyTorch implementation of pix2pix and CycleGAN tell by their tensors.
///
/// - Source: https://github.com/junyanz/pytorch-CycleGAN-and-pix2pix, `models/networks.py`.
extension PublishedTensors {
    /// Whether they are a PatchGAN's, of any number of layers.
    var arePatchGAN: Bool {
        let isPixelwise = self["net.0.weight"]?.count == 4 && self["net.2.weight"]?.count == 4
        return isPixelwise
            || self["model.0.weight"]?.count == 4 && self["model.2.weight"]?.count == 4
                && !shapes.keys.contains { $0.contains("conv_block") || $0.contains("RDB") }
    }
}

extension PatchDiscriminated {
    /// Takes the settings of a PatchGAN, whose first layer sees so many channels.
    mutating func adoptPatchGAN(_ tensors: PublishedTensors) throws(ConfigurationError) {
        let isPixelwise = tensors["net.0.weight"] != nil
        let prefix = isPixelwise ? "net" : "model"
        let layers = tensors.count { "\(prefix).\(max(0, 3 * $0 - 1)).weight" }
        // The first and the last two are there whatever the number of those in between.
        patchLayers = isPixelwise ? 0 : layers - 2
        guard var model = self as? any PatchDiscriminated & WidthConfigurable else { return }
        model.width = try tensors.extent(0, of: prefix + ".0.weight")
        model.discriminator.normalization = tensors["\(prefix).3.weight"]?.count == 1 ? .batch : .instance
        if let model = model as? Self { self = model }
    }
}
