import Networks

/// The published U-Nets with BatchNorm have the same layers under the same names, and so have the PatchGANs.
extension Pix2Pix: WeightImporting {
    /// Of the published implementation in PyTorch.
    public static let importedLayouts = "U-Nets and PatchGANs of pytorch-CycleGAN-and-pix2pix"

    /// The U-Net's levels lie within each other.
    public static func player(of tensors: PublishedTensors) -> Phase.Player? {
        if tensors["model.model.0.weight"]?.count == 4 { return .generator }
        return tensors.arePatchGAN ? .discriminator : nil
    }

    /// Takes channels from the outermost weights, and the size from the number of levels.
    public mutating func adopt(
        _ player: Phase.Player, _ tensors: PublishedTensors
    ) throws(ConfigurationError) {
        guard player == .generator else { return try adoptPatchGAN(tensors) }
        inputChannels = try tensors.extent(1, of: "model.model.0.weight")
        width = try tensors.extent(0, of: "model.model.0.weight")
        outputChannels = try tensors.extent(1, of: "model.model.3.weight")
        guard tensors["model.model.1.model.1.bias"] == nil else {
            throw ConfigurationError(
                "its U-Net is normalized image by image (--norm instance); the one here has batch normalization"
            )
        }
        let levels =
            1
            + tensors.count { level in
                "model.model.1.model." + String(repeating: "3.model.", count: level) + "1.weight"
            }
        guard levels <= 16 else { throw ConfigurationError("its U-Net has \(levels) levels") }
        size = ImageSize(1 << levels)
    }
}
