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
        /// A video, which ffmpeg encodes where it is installed. It plays once, and all its frames are shown for the
        /// same time.
        case video(Video)

        /// The format of a video: what browsers play.
        public enum Video: Sendable {
            /// H.264, which everything plays.
            case mp4
            /// VP9.
            case webm
        }

        /// - Throws: `ImageError.unknownAnimation` unless the path ends in .gif, .png, .apng, .mp4 or .webm.
        public init(path: String) throws(ImageError) {
            let name = path.lowercased()
            switch name {
            case _ where name.hasSuffix(".gif"): self = .gif
            case _ where name.hasSuffix(".png"), _ where name.hasSuffix(".apng"): self = .png
            case _ where name.hasSuffix(".mp4"): self = .video(.mp4)
            case _ where name.hasSuffix(".webm"): self = .video(.webm)
            default: throw .unknownAnimation(path: path)
            }
        }
    }

    private enum Encoder {
        case gif(GIFEncoder)
        case png(AnimatedPNGEncoder)
        case video(VideoEncoder)

        init(
            _ format: Format, plays: Int?, texts: [PNGText], for file: borrowing AtomicFile
        ) throws(ImageError) {
            // What other programs read takes lines of its own.
            let comment = texts.filter { !$0.text.contains("\n") }.map { "\($0.keyword): \($0.text)" }
                .joined(separator: "\n")
            switch format {
            case .gif: self = .gif(GIFEncoder(plays: plays, comment: comment))
            case .png: self = .png(AnimatedPNGEncoder(plays: plays, texts: texts))
            case .video(let format):
                guard let video = VideoEncoder(format, to: file.temporaryPath, comment: comment) else {
                    throw .noVideoEncoder(path: file.path)
                }
                self = .video(video)
            }
        }
    }

    private var file: AtomicFile
    private var encoder: Encoder

    /// Starts a file that will replace `path`, in the format of its extension.
    ///
    /// - Parameters:
    ///   - plays: how often the animation plays, up to 65,535; nil: forever.
    ///   - texts: what the file tells: an animated PNG by its texts, the others by a comment.
    /// - Throws: `ImageError.unknownAnimation`, `ImageError.unwritable`, and `ImageError.noVideoEncoder` where a
    ///   video's encoder is not installed.
    public init(path: String, plays: Int? = nil, texts: [PNGText] = []) throws(ImageError) {
        precondition((1...65_535).contains(plays ?? 1))
        let format = try Format(path: path)
        let file = try AnimationFile.start(path)
        encoder = try Encoder(format, plays: plays, texts: texts, for: file)
        self.file = file
    }

    /// Adds a frame.
    ///
    /// - Parameters:
    ///   - image: of the same size and channels as those before it.
    ///   - seconds: how long it is shown, 0.02 to 60; in a video as long as the first one.
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
        case .video(let video):
            try AnimationFile.encoding(file.path) { () throws(VideoEncoder.Failure) in
                try video.append(image, seconds: seconds)
            }
        }
    }

    /// Completes the file and moves it into place.
    ///
    /// - Throws: `ImageError.unwritable`.
    public consuming func commit() throws(ImageError) {
        let path = file.path
        if case .video(let video) = encoder {
            try AnimationFile.encoding(path) { () throws(VideoEncoder.Failure) in try video.finish() }
        }
        do throws(FileError) {
            switch encoder {
            case .gif(let gif):
                try file.append(gif.end)
            case .png(let png):
                try file.append(png.end)
                let count = png.frameCount
                try file.overwrite(count.bytes, at: count.offset)
            // The encoder has written the file.
            case .video: break
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
    ///   - texts: what the file tells.
    /// - Throws: `ImageError.unknownAnimation` and `ImageError.unwritable`.
    public static func write(
        _ images: some Sequence<Image>, secondsPerFrame: Double, plays: Int? = nil, texts: [PNGText] = [],
        to path: String
    ) throws(ImageError) {
        var file = try AnimationFile(path: path, plays: plays, texts: texts)
        for image in images { try file.append(image, seconds: secondsPerFrame) }
        try file.commit()
    }

    private static func encoding(
        _ path: String, _ body: () throws(VideoEncoder.Failure) -> Void
    ) throws(ImageError) {
        do throws(VideoEncoder.Failure) { try body() } catch {
            throw .videoFailed(path: path, reason: error.description)
        }
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
