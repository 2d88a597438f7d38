import Foundation

/// What went wrong with a file that was read or written, where, and what to do about it.
public struct CheckpointError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Problem: Equatable, Sendable {
        /// The system refused to open or read the file; the value is `errno`.
        case cannotRead(errno: Int32)
        /// The system refused to write the file; the value is `errno`.
        case cannotWrite(errno: Int32)
        /// The path leads to a folder, a device or another thing that is no regular file.
        case notAFile
        /// The bytes do not follow the format; the text names the first thing that does not fit.
        case malformed(format: String, String)
        /// The file ends before the data its header announces.
        case truncated(expected: Int, found: Int)
        case checksumMismatch
        /// The header's entry for a tensor contradicts itself, another entry or the file.
        case invalidTensor(String, String)
        case missingTensor(String)
        case unexpectedType(tensor: String, expected: String, found: String)
        case unexpectedShape(tensor: String, expected: [Int], found: [Int])
    }

    public let path: String
    public let problem: Problem

    public init(path: String, _ problem: Problem) {
        self.path = path
        self.problem = problem
    }

    public var description: String {
        switch problem {
        case .cannotRead(let code):
            "cannot read \(path): \(Self.reason(code, reading: true))"
        case .cannotWrite(let code):
            "cannot write \(path): \(Self.reason(code, reading: false))"
        case .notAFile:
            "\(path) is not a regular file; give the path of a file"
        case .malformed(let format, let detail):
            "\(path) is not a valid \(format) file: \(detail)"
        case .truncated(let expected, let found):
            "\(path) is cut off: \(expected) bytes expected, \(found) found; copy or download it again"
        case .checksumMismatch:
            "\(path) is damaged: its contents do not match its checksum; copy it again or use another checkpoint"
        case .invalidTensor(let name, let detail):
            "\(path) is not a valid safetensors file: tensor \"\(name)\": \(detail)"
        case .missingTensor(let name):
            "\(path) holds no tensor \"\(name)\"; it was written for another architecture or purpose"
        case .unexpectedType(let tensor, let expected, let found):
            "\(path): \(tensor) holds \(found) where \(expected) is expected"
        case .unexpectedShape(let tensor, let expected, let found):
            "\(path): \(tensor) has shape \(found) where \(expected) is expected"
        }
    }

    private static func reason(_ code: Int32, reading: Bool) -> String {
        switch code {
        case ENOENT:
            reading
                ? "there is no such file; check the path" : "its folder does not exist; create it first"
        case ENOTDIR: "part of the path is a file, not a folder; check the path"
        case EACCES, EPERM, EROFS:
            reading
                ? "no right to read it; change its permissions"
                : "no right to write there; choose another folder"
        case ENOSPC, EDQUOT: "no space is left there; free some or choose another folder"
        default: String(cString: strerror(code))
        }
    }
}
