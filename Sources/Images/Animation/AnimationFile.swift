import Files

/// An animation file, written frame by frame, with only the current frame in memory.
///
/// As with `AtomicFile`, the file appears at its path with `commit()`, whole, or not at all.
public struct AnimationFile: ~Copyable {
    /// The format of an animation, by the extension of its path.
    public enum Format: Sendable {
        /// At most 256 colors a frame, times in hundredths of a second.
        case gif
        /// An animated PNG: all colors and alpha. Programs that do not support it show the first frame.
        case png

        /// - Throws: `ImageError.unknownAnimation` unless the path ends in .gif, .png or .apng.
        public init(path: String) throws(ImageError) {
            let name = path.lowercased()
            switch name {
            case _ where name.hasSuffix(".gif"): self = .gif
            case _ where name.hasSuffix(".png"), _ where name.hasSuffix(".apng"): self = .png
            default: throw .unknownAnimation(path: path)
            }
        }
    }

    private enum Encoder {
        case gif(GIFEncoder)
        case png(AnimatedPNGEncoder)
    }

    private var file: AtomicFile
    private var encoder: Encoder

    /// Starts a file that will replace `path`, in the format of its extension.
    ///
    /// - Parameter plays: how often the animation plays, up to 65,535; nil: forever.
    /// - Throws: `ImageError.unknownAnimation` and `ImageError.unwritable`.
    public init(path: String, plays: Int? = nil) throws(ImageError) {
        precondition((1...65_535).contains(plays ?? 1))
        let format = try Format(path: path)
        file = try AnimationFile.start(path)
        encoder =
            switch format {
            case .gif: .gif(GIFEncoder(plays: plays))
            case .png: .png(AnimatedPNGEncoder(plays: plays))
            }
    }

    /// Adds a frame.
    ///
    /// - Parameters:
    ///   - image: of the same size and channels as those before it.
    ///   - seconds: how long it is shown, 0.02 to 60.
    /// - Throws: `ImageError.unwritable`.
    public mutating func append(_ image: Image, seconds: Double) throws(ImageError) {
        precondition((0.02...60).contains(seconds))
        switch encoder {
        case .gif(var gif):
            try write(gif.frame(image, seconds: seconds))
            encoder = .gif(gif)
        case .png(var png):
            try write(png.frame(image, seconds: seconds))
            encoder = .png(png)
        }
    }

    /// Completes the file and moves it into place.
    ///
    /// - Throws: `ImageError.unwritable`.
    public consuming func commit() throws(ImageError) {
        let path = file.path
        do throws(FileError) {
            switch encoder {
            case .gif(let gif):
                try file.append(gif.end)
            case .png(let png):
                try file.append(png.end)
                let count = png.frameCount
                try file.overwrite(count.bytes, at: count.offset)
            }
            try file.commit()
        } catch {
            throw .unwritable(path: path, reason: error.reason)
        }
    }

    /// Writes a whole animation in one call.
    ///
    /// - Parameters:
    ///   - images: at least one, all of the same size and channels.
    ///   - secondsPerFrame: how long each is shown, 0.02 to 60.
    ///   - plays: how often the animation plays, up to 65,535; nil: forever.
    /// - Throws: `ImageError.unknownAnimation` and `ImageError.unwritable`.
    public static func write(
        _ images: some Sequence<Image>, secondsPerFrame: Double, plays: Int? = nil, to path: String
    ) throws(ImageError) {
        var file = try AnimationFile(path: path, plays: plays)
        for image in images { try file.append(image, seconds: secondsPerFrame) }
        try file.commit()
    }

    private static func start(_ path: String) throws(ImageError) -> AtomicFile {
        do throws(FileError) {
            return try AtomicFile(path: path)
        } catch {
            throw .unwritable(path: path, reason: error.reason)
        }
    }

    private mutating func write(_ bytes: [UInt8]) throws(ImageError) {
        do throws(FileError) {
            try file.append(bytes)
        } catch {
            throw .unwritable(path: file.path, reason: error.reason)
        }
    }
}
