/// Why an image could not be read or written, in one line that names the file and what to do.
public enum ImageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file cannot be opened or read; `reason` is the system's.
    case unreadable(path: String, reason: String)
    /// The content is of no format that is read; `found` says what it looks like.
    case unknownFormat(path: String, found: String)
    /// The content is broken or ends early; `reason` is the decoder's.
    case damaged(path: String, reason: String)
    /// The image is no label map; `found` says what it holds instead.
    case noLabels(path: String, found: String)
    /// The image has more pixels than are accepted.
    case tooLarge(path: String, width: Int, height: Int)
    /// The image takes more memory, in bytes, than images may take here.
    case noMemory(path: String, needed: Int, limit: Int)
    /// The file cannot be written; `reason` is the system's.
    case unwritable(path: String, reason: String)
    /// The path of an animation does not say its format.
    case unknownAnimation(path: String)
    /// The program that encodes videos is not installed.
    case noVideoEncoder(path: String)
    /// The program that encodes videos has failed; `reason` is its own.
    case videoFailed(path: String, reason: String)

    /// The problem and what to do about it, in one line.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "\(path): cannot be read: \(reason)"
        case .unknownFormat(let path, let found):
            "\(path): holds \(found), and images are read from PNG, JPEG, WebP and GIF only: "
                + "convert or remove it"
        case .damaged(let path, let reason):
            "\(path): damaged image (\(reason)): replace or remove it"
        case .noLabels(let path, let found):
            """
            \(path): holds \(found); a label map is a PNG file with a palette, whose indices are the labels, \
            or a gray one of up to 8 bits, whose samples are: convert it
            """
        case .tooLarge(let path, let width, let height):
            """
            \(path): \(width)x\(height) pixels are more than the \(Image.maximumPixels / 1_000_000) million \
            accepted: make it smaller
            """
        case .noMemory(let path, let needed, let limit):
            """
            \(path): needs \(needed / 1_000_000) MB of memory, of which images may take \(limit / 1_000_000) here: \
            make it smaller
            """
        case .unwritable(let path, let reason):
            "\(path): cannot be written: \(reason)"
        case .unknownAnimation(let path):
            "\(path): animations are written as .gif, .png, .apng, .mp4 or .webm: choose one of these endings"
        case .noVideoEncoder(let path):
            "\(path): videos are encoded by ffmpeg, which is not installed: install it, or write .gif or .apng"
        case .videoFailed(let path, let reason):
            "\(path): ffmpeg has not encoded the video: \(reason)"
        }
    }
}
