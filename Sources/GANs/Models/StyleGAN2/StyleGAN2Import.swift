import Networks
import Tensors

/// The networks of StyleGAN2-ADA.
///
/// Layers compute the same, from weights that are laid out otherwise: scales of styles are published with the 1 that is
/// added to them here, and what the synthesis begins from channels first. Networks that were trained in part with 16 bits
/// cut activations off at 256 there, which is not done here, and minibatch deviation compares groups of 4 images,
/// whatever the size of the groups was there.
///
/// - Source: https://github.com/NVlabs/stylegan2-ada-pytorch, `training/networks.py`.
extension StyleGAN2: WeightImporting {
    /// Of NVIDIA's program.
    public static let importedLayouts = "G_ema and D of stylegan2-ada-pytorch"

    private static let constant = "synthesis.b4.const"

    /// The generator begins from a constant.
    public static func player(of tensors: PublishedTensors) -> Phase.Player? {
        if tensors[constant]?.count == 3 { return .generator }
        return tensors["b4.out.weight"]?.count == 2 ? .discriminator : nil
    }

    /// Takes sizes from the weights of each resolution.
    public mutating func adopt(
        _ player: Phase.Player, _ tensors: PublishedTensors
    ) throws(ConfigurationError) {
        let isGenerator = player == .generator
        let prefix = isGenerator ? "synthesis." : ""
        // The layer of each resolution that has the resolution's channels on one side.
        func layer(_ level: Int) -> String {
            let block = "\(prefix)b\(4 << level)."
            return block + (isGenerator ? "conv1.weight" : level == 0 ? "conv.weight" : "conv0.weight")
        }
        let levels = tensors.count(layer)
        guard (2...16).contains(levels) else {
            throw ConfigurationError("it has \(levels) resolutions, which are of no size that is known")
        }
        size = ImageSize(4 << (levels - 1))
        try adopt(
            try (0..<levels).map { level throws(ConfigurationError) in
                try tensors.extent(0, of: layer(level))
            })
        if isGenerator {
            channels = try tensors.extent(0, of: "synthesis.b4.torgb.weight")
            mappingDepth = tensors.count { "mapping.fc\($0).weight" }
            latentSize = try tensors.extent(0, of: "mapping.fc0.weight")
        } else {
            channels = try tensors.extent(1, of: "b\(size.doubledSide).fromrgb.weight")
            let inputs = try tensors.extent(1, of: layer(0))
            discriminator.minibatchDeviation = try inputs > tensors.extent(0, of: layer(0))
        }
        try adoptClasses(player, tensors)
    }

    /// Takes the number of classes, which have no names in the file.
    private mutating func adoptClasses(
        _ player: Phase.Player, _ tensors: PublishedTensors
    ) throws(ConfigurationError) {
        guard tensors["mapping.embed.weight"] != nil else { return }
        let count = try tensors.extent(1, of: "mapping.embed.weight")
        guard count <= Conditioning.maximumClasses else {
            throw ConfigurationError(
                "it has \(count) classes; at most \(Conditioning.maximumClasses) are possible")
        }
        conditioning = Conditioning(variant: .projection, classes: (0..<count).map(String.init))
        let depth = tensors.count { "mapping.fc\($0).weight" }
        // The generator does not know how deep the discriminator's is, which is 8 by default.
        classMappingDepth = player == .discriminator ? depth : classMappingDepth ?? 8
    }

    /// Takes the channels of the resolutions from 4x4 on.
    private mutating func adopt(_ widths: [Int]) throws(ConfigurationError) {
        channelMaximum = widths[0]
        let narrower = widths.indices.last { widths[$0] < channelMaximum }
        // Where none is narrower, any base serves that is large enough.
        channelBase = narrower.map { (4 << $0) * widths[$0] } ?? size.doubledSide * channelMaximum
        let own = resolutions.map(channels(at:))
        guard own == widths else {
            throw ConfigurationError(
                "its layers have \(widths) channels; here they follow from a base and a maximum, such as \(own)"
            )
        }
    }

    /// The tensor of StyleGAN2-ADA.
    public func origin(
        of name: String, _ shape: [Int], _ player: Phase.Player, in tensors: PublishedTensors
    ) -> TensorOrigin {
        let parts = name.split(separator: ".").map(String.init)
        return player == .generator ? generatorOrigin(parts, shape) : discriminatorOrigin(parts, shape)
    }

    private func generatorOrigin(_ parts: [String], _ shape: [Int]) -> TensorOrigin {
        switch parts[0] {
        case "mapping":
            if parts[1] == "embedding" { return TensorOrigin("mapping.embed.\(parts[2])", shape) }
            let layer = (Int(parts[2]) ?? 0) / 2
            return TensorOrigin("mapping.fc\(layer).\(parts[3])", shape)
        case "style_mean": return TensorOrigin("mapping.w_avg", [shape[1]])
        case "constant":
            let (pixels, channels) = (16, shape[3])
            return TensorOrigin(StyleGAN2.constant, [channels, 4, 4]) { values in
                (0..<pixels * channels).map { values[$0 % channels * pixels + $0 / channels] }
            }
        case "layers":
            let layer = Int(parts[1]) ?? 0
            let block = "synthesis.b\(4 << ((layer + 1) / 2)).conv\(layer.isMultiple(of: 2) ? 1 : 0)."
            switch parts[2...].joined(separator: ".") {
            case "injection.weight": return TensorOrigin(block + "noise_strength", [])
            case "injection.bias": return TensorOrigin(block + "bias", shape)
            case "constant_noise": return TensorOrigin(block + "noise_const", Array(shape[1...2]))
            default: return modulation(block, parts[3...], shape)
            }
        default:
            let block = "synthesis.b\(4 << (Int(parts[1]) ?? 0)).torgb."
            return parts[2] == "bias"
                ? TensorOrigin(block + "bias", shape) : modulation(block, parts[3...], shape)
        }
    }

    /// A modulated convolution's weight, or the layer that makes its scales.
    private func modulation(_ block: String, _ parts: ArraySlice<String>, _ shape: [Int]) -> TensorOrigin {
        switch parts.joined(separator: ".") {
        case "style.weight": TensorOrigin(block + "affine.weight", shape)
        case "style.bias": TensorOrigin(block + "affine.bias", shape) { $0.map { $0 - 1 } }
        default: TensorOrigin(block + "weight", shape)
        }
    }

    private func discriminatorOrigin(_ parts: [String], _ shape: [Int]) -> TensorOrigin {
        switch parts[0] {
        case "from_pixels": return TensorOrigin("b\(size.doubledSide).fromrgb.\(parts[2])", shape)
        case "blocks":
            let layer = parts[2] == "skip" ? "skip" : parts[3] == "0" ? "conv0" : "conv1"
            return TensorOrigin("b\(size.doubledSide >> (Int(parts[1]) ?? 0)).\(layer).\(parts[4])", shape)
        case "class_mapping":
            let layer = (Int(parts[1]) ?? 0) / 2
            return TensorOrigin("mapping.\(layer == 0 ? "embed" : "fc\(layer - 1)").\(parts[2])", shape)
        default:
            let place = (Int(parts[1]) ?? 0) - (discriminator.minibatchDeviation ? 1 : 0)
            let layer = place == 0 ? "conv" : place == 3 ? "fc" : "out"
            return TensorOrigin("b4.\(layer).\(parts[2])", shape)
        }
    }

    /// The filters of resampling are all the same.
    public static func leavesOut(_ name: String) -> Bool { name.hasSuffix("resample_filter") }
}
