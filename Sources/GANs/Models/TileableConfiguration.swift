/// How the layers of a generator continue images past their edges.
public enum PaddingMode: String, Codable, Hashable, Sendable {
    /// By the images themselves, as if they were repeated: what the generator makes can be put side by side without a
    /// seam.
    case circular
}

/// A configuration of a model whose generator can make textures that repeat without a seam.
///
/// Only the generator's padding changes: its discriminator sees images as they are, which do not repeat.
public protocol TileableConfiguration: LatentModelConfiguration {
    /// How the generator's layers continue images past their edges; nil for zeros, as published.
    var paddingMode: PaddingMode? { get set }
}

extension TileableConfiguration {
    /// Whether images repeat without a seam.
    public var isTileable: Bool { paddingMode == .circular }
}
