import Images
import Kernels

/// A procedurally drawn cartoon face: its attributes and individual proportions.
public struct Avatar: Hashable, Sendable {
    /// The discrete attributes.
    public var attributes: AvatarAttributes
    var proportions: Proportions

    /// The avatar of an index, the same for a seed on any machine.
    public init(seed: UInt64, index: UInt64) {
        var stream = RandomStream(seed: seed, purpose: .drawing, index: index)
        attributes = AvatarAttributes(from: &stream)
        proportions = Proportions(from: &stream)
    }

    /// The avatar as a square RGB image.
    ///
    /// - Parameter size: the image's side in pixels.
    public func image(size: Int) -> Image {
        ShapeRenderer.image(of: shapes, size: size)
    }

    /// The label map of `image(size:)`, row by row: the raw value of an `AvatarLabel` for each pixel.
    public func labels(size: Int) -> [UInt8] {
        ShapeRenderer.labels(of: shapes, size: size)
    }

    /// The image of the avatar of an index.
    public static func image(seed: UInt64, index: UInt64, size: Int) -> Image {
        Avatar(seed: seed, index: index).image(size: size)
    }

    var shapes: [Shape] {
        var artist = AvatarArtist(self)
        artist.draw()
        return artist.shapes
    }
}

/// The classes of a label map, in the order of their indices.
public enum AvatarLabel: UInt8, Codable, CaseIterable, Sendable {
    case background, clothing, skin, hair, beard, eyes, brows, nose, mouth, glasses, hat

    /// The label's name in `labels.txt`.
    public var name: String { String(describing: self) }
}

/// The continuous proportions, in units of half the head's height unless another unit is named.
struct Proportions: Hashable, Sendable {
    /// The offset of the head from its usual position, in parts of the image.
    var shift: Point
    /// The head's size relative to the usual.
    var scale: Double
    /// How far the head leans to the right, in radians.
    var tilt: Double
    /// Half the face's width; half its height is 1.
    var faceWidth: Double
    /// 0 a pointed chin, 1 a broad one.
    var jaw: Double
    /// From the middle of the face to an eye's center.
    var eyeDistance: Double
    /// Relative to the usual.
    var eyeSize: Double
    /// Where the eyes look, from -1 to 1 both ways.
    var gaze: Point
    /// How far the brows are raised.
    var browLift: Double
    var noseLength: Double
    var mouthWidth: Double
    /// How wide a smile opens, from 0 to 1.
    var mouthOpening: Double
    /// The hair's volume beyond the head, relative to the usual.
    var hairVolume: Double
    /// The iris: 0 dark brown, 1 its lightest tone.
    var irisTone: Double
    /// Half the shoulders' width.
    var shoulders: Double
    /// Hair is parted on the other side.
    var mirrored: Bool

    init(from stream: inout RandomStream) {
        shift = Point(stream.uniform(in: -0.014..<0.014), stream.uniform(in: -0.012..<0.012))
        scale = stream.uniform(in: 0.96..<1.04)
        tilt = stream.uniform(in: -0.06..<0.06)
        faceWidth = stream.uniform(in: 0.76..<0.86)
        jaw = stream.uniform()
        eyeDistance = stream.uniform(in: 0.325..<0.375)
        eyeSize = stream.uniform(in: 0.92..<1.08)
        gaze = Point(stream.uniform(in: -1..<1), stream.uniform(in: -1..<1))
        browLift = stream.uniform(in: -0.03..<0.04)
        noseLength = stream.uniform(in: -0.03..<0.03)
        mouthWidth = stream.uniform(in: 0.25..<0.33)
        mouthOpening = stream.uniform()
        hairVolume = stream.uniform(in: 0.9..<1.12)
        irisTone = stream.uniform()
        shoulders = stream.uniform(in: 1.42..<1.6)
        mirrored = stream.uniform() < 0.5
    }
}
