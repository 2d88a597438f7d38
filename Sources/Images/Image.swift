/// An image in memory: 8-bit samples, rows from the top, the channels of a pixel side by side.
public struct Image: Hashable, Sendable {
    /// In pixels.
    public let width: Int
    /// In pixels.
    public let height: Int
    /// Samples of a pixel: 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha, which is not premultiplied.
    public let channels: Int
    /// `height * width * channels` samples.
    public var pixels: [UInt8]

    /// - Parameter pixels: `height * width * channels` samples.
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
        let count = width * height * color.count
        let pixels = [UInt8](unsafeUninitializedCapacity: count) { samples, initializedCount in
            for pixel in 0..<width * height {
                for channel in color.indices { samples[pixel * color.count + channel] = color[channel] }
            }
            initializedCount = count
        }
        self.init(width: width, height: height, channels: color.count, pixels: pixels)
    }
}
