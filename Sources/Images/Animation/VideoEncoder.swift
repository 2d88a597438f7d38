import Files
import Foundation

/// Encodes frames by a process of ffmpeg, which writes the file.
final class VideoEncoder {
    /// Why there is no video; `description` is ffmpeg's own line where it gave one.
    struct Failure: Error {
        let description: String
    }

    private let program: String
    private let format: AnimationFile.Format.Video
    private let path: String
    private let comment: String
    private var running: Running?

    /// - Parameters:
    ///   - path: of the file that ffmpeg will write over.
    ///   - comment: what the file's tag of that name says; none if empty.
    /// - Returns: nil where ffmpeg is not installed.
    init?(_ format: AnimationFile.Format.Video, to path: String, comment: String) {
        let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        let programs = folders.map { join(String($0), "ffmpeg") }
        guard let program = programs.first(where: { access($0, X_OK) == 0 }) else { return nil }
        (self.program, self.format, self.path, self.comment) = (program, format, path, comment)
    }

    /// Adds a frame; the first one says the size of all, and how long each is shown.
    func append(_ image: Image, seconds: Double) throws(Failure) {
        let process: Running
        if let running {
            process = running
        } else {
            process = try Running(program, arguments(for: image, seconds: seconds))
            running = process
        }
        try process.write(image.converted(toChannels: 3).pixels)
    }

    /// Waits until ffmpeg has written the whole file.
    func finish() throws(Failure) {
        guard let running else { preconditionFailure("a video has a frame") }
        try running.finish()
    }

    private func arguments(for image: Image, seconds: Double) -> [String] {
        ["-hide_banner", "-loglevel", "error", "-f", "rawvideo", "-pixel_format", "rgb24"]
            + ["-video_size", "\(image.width)x\(image.height)", "-framerate", "\(1 / seconds)", "-i", "-"]
            // Colors have half the size, which must be whole.
            + ["-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p"]
            + (comment.isEmpty ? [] : ["-metadata", "comment=" + comment]) + format.arguments + [
                "-y", "file:" + path,
            ]
    }
}

extension AnimationFile.Format.Video {
    fileprivate var arguments: [String] {
        switch self {
        // The index at the beginning, so that a page can play the video while it loads.
        case .mp4: ["-c:v", "libx264", "-crf", "18", "-movflags", "+faststart", "-f", "mp4"]
        case .webm: ["-c:v", "libvpx-vp9", "-crf", "24", "-b:v", "0", "-f", "webm"]
        }
    }
}

/// A process that reads frames from its standard input.
private final class Running {
    private let process = Process()
    /// The end of the connection that frames are written to; nil once it is closed.
    private var input: CInt?
    /// What the process says, in a file without a name: it waits for nobody to read it.
    private let messages: UnsafeMutablePointer<FILE>

    init(_ program: String, _ arguments: [String]) throws(VideoEncoder.Failure) {
        var ends: [CInt] = [-1, -1]
        guard let messages = tmpfile() else { throw VideoEncoder.Failure(description: systemReason()) }
        self.messages = messages
        guard socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0, &ends) == 0
        else { throw VideoEncoder.Failure(description: systemReason()) }
        input = ends[0]
        defer { close(ends[1]) }
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle(fileDescriptor: ends[1], closeOnDealloc: false)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle(fileDescriptor: fileno(messages), closeOnDealloc: false)
        do { try process.run() } catch {
            throw VideoEncoder.Failure(description: "it cannot be started: \(error.localizedDescription)")
        }
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        if let input { close(input) }
        fclose(messages)
    }

    func write(_ bytes: [UInt8]) throws(VideoEncoder.Failure) {
        guard let input else { return }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                // A process that has ended is an error here, not a signal.
                send(input, $0.baseAddress! + written, $0.count - written, CInt(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                try finish()
                throw VideoEncoder.Failure(description: "it ended before the last frame")
            }
            written += count
        }
    }

    /// Waits for the process's end.
    ///
    /// - Throws: the last line that it said, unless it succeeded.
    func finish() throws(VideoEncoder.Failure) {
        if let input { close(input) }
        input = nil
        process.waitUntilExit()
        guard process.terminationReason != .exit || process.terminationStatus != 0 else { return }
        throw VideoEncoder.Failure(
            description: lastMessage() ?? "its exit status is \(process.terminationStatus)")
    }

    private func lastMessage() -> String? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let descriptor = fileno(messages)
        let end = lseek(descriptor, 0, SEEK_END)
        let count = pread(descriptor, &bytes, bytes.count, max(0, end - off_t(bytes.count)))
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
            .split(whereSeparator: \.isNewline).last.map { $0.trimmingCharacters(in: .whitespaces) }
    }
}
