import Networks

extension RRDB: WeightImporting {}
extension ESRGAN: WeightImporting {}

/// The published generators have the same layers, under names of three kinds.
///
/// - Source: https://github.com/XPixelGroup/BasicSR, `basicsr/archs/rrdbnet_arch.py`, for the model's own names, which
///   Real-ESRGAN has, too; https://github.com/xinntao/ESRGAN, `RRDBNet_arch.py` and `transer_RRDB_models.py`.
extension DenseSuperResolution where Self: WeightImporting {
    /// Of the authors' programs.
    public static var importedLayouts: String { "RRDBNets of ESRGAN, BasicSR and Real-ESRGAN" }

    /// A generator alone.
    public static func player(of tensors: PublishedTensors) -> Phase.Player? {
        RRDBNetNames(of: tensors) == nil ? nil : .generator
    }

    /// Takes channels, blocks and scale from the outermost weights.
    public mutating func adopt(
        _ player: Phase.Player, _ tensors: PublishedTensors
    ) throws(ConfigurationError) {
        guard let names = RRDBNetNames(of: tensors) else { return }
        func published(_ name: String) -> String { names.published(name, blocks: 0) + ".weight" }
        blocks = tensors.count { published("body.\($0).rdb1.conv1") }
        width = try tensors.extent(0, of: published("conv_first"))
        channels = try tensors.extent(0, of: published("conv_last"))
        let inputs = try tensors.extent(1, of: published("conv_first"))
        switch inputs {
        case channels: scale = 4
        case 4 * channels: scale = 2
        default:
            throw ConfigurationError(
                "it makes \(channels) channels of \(inputs), which is no enlargement by 2 or 4")
        }
        let growth = try tensors.extent(0, of: published("body.0.rdb1.conv1"))
        guard growth == max(1, width / 2) else {
            throw ConfigurationError(
                "the layers of its dense blocks add \(growth) channels; here it is half of the \(width) of a block"
            )
        }
    }

    /// The tensor by its name in the file's kind.
    public func origin(
        of name: String, _ shape: [Int], _ player: Phase.Player, in tensors: PublishedTensors
    ) -> TensorOrigin {
        guard player == .generator, let names = RRDBNetNames(of: tensors) else {
            return TensorOrigin(name, shape)
        }
        return TensorOrigin(names.published(name, blocks: blocks), shape)
    }
}

/// Names that the layers of an RRDBNet were published under.
private enum RRDBNetNames {
    /// The model's own.
    case present
    /// Of RRDB_ESRGAN_x4.pth.
    case trunk
    /// Of files before that.
    case numbered

    init?(of tensors: PublishedTensors) {
        if tensors["body.0.rdb1.conv1.weight"] != nil {
            self = .present
        } else if tensors["RRDB_trunk.0.RDB1.conv1.weight"] != nil {
            self = .trunk
        } else if tensors["model.1.sub.0.RDB1.conv1.0.weight"] != nil {
            self = .numbered
        } else {
            return nil
        }
    }

    /// - Parameter name: begins with the name of a layer.
    func published(_ name: String, blocks: Int) -> String {
        let layers: [(own: String, published: String)]
        switch self {
        case .present: return name
        case .trunk:
            layers = [
                ("body.", "RRDB_trunk."), ("conv_body", "trunk_conv"), ("conv_up1", "upconv1"),
                ("conv_up2", "upconv2"), ("conv_hr", "HRconv"),
            ]
        case .numbered:
            layers = [
                ("body.", "model.1.sub."), ("conv_body", "model.1.sub.\(blocks)"), ("conv_first", "model.0"),
                ("conv_up1", "model.3"), ("conv_up2", "model.6"), ("conv_hr", "model.8"),
                ("conv_last", "model.10"),
            ]
        }
        guard let layer = layers.first(where: { name.hasPrefix($0.own) }) else { return name }
        let rest = name.dropFirst(layer.own.count).replacing("rdb", with: "RDB")
        guard case .numbered = self, layer.own == "body." else { return layer.published + rest }
        // Each convolution of a block stands alone in a sequence.
        let parts = rest.split(separator: ".").map(String.init)
        return layer.published + (parts.prefix(3) + ["0"] + parts.dropFirst(3)).joined(separator: ".")
    }
}
