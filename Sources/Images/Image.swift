/// An image in memory: 8-bit samples, rows from the top, the channels of a pixel side by side.
public struct Image: Hashable, Sendable {
    public let width: Int
    public let height: Int
    /// 1 gray, 2 gray and alpha, 3 red green blue, 4 red green blue alpha (alpha not premultiplied).
    public let channels: Int
    /// `height * width * channels` samples.
    public var pixels: [UInt8]

    public init(width: Int, height: Int, channels: Int, pixels: [UInt8]) {
        precondition(
            width > 0 && height > 0 && (1...4).contains(channels)
                && pixels.count == width * height * channels)
        self.width = width
        self.height = height
        self.channels = channels
        self.pixels = pixels
    }

    /// An image of one color; `color` holds one sample a channel.
    public init(width: Int, height: Int, color: [UInt8]) {
        var pixels: [UInt8] = []
        pixels.reserveCapacity(width * height * color.count)
        for _ in 0..<width * height { pixels += color }
        self.init(width: width, height: height, channels: color.count, pixels: pixels)
    }
}
