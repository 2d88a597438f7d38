import Foundation

/// Why a file could not be read or written, where, and what to do about it.
public struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What went wrong.
    public enum Problem: Equatable, Sendable {
        /// The system refused to open or read the file; the value is `errno`.
        case cannotRead(errno: Int32)
        /// The system refused to write the file; the value is `errno`.
        case cannotWrite(errno: Int32)
        /// The path leads to a folder, a device or another thing that is no regular file.
        case notAFile
        /// Another program, or another part of this one, writes into the folder.
        case inUse
        /// The folder was removed while something was written into it.
        case removed
    }

    /// The file or folder.
    public let path: String
    /// What went wrong.
    public let problem: Problem

    /// Creates the error of a file or folder.
    public init(path: String, _ problem: Problem) {
        self.path = path
        self.problem = problem
    }

    /// Whether the file could be written if there were more space.
    public var isLackOfSpace: Bool {
        [.cannotWrite(errno: ENOSPC), .cannotWrite(errno: EDQUOT)].contains(problem)
    }

    /// The cause alone, without the path and what to do.
    public var reason: String {
        switch problem {
        case .cannotRead(let code), .cannotWrite(let code): systemReason(code)
        case .notAFile: "not a file"
        case .inUse: "in use"
        case .removed: "removed"
        }
    }

    /// The problem and what to do about it, in one line.
    public var description: String {
        switch problem {
        case .cannotRead(let code):
            "cannot read \(path): \(Self.advice(code, reading: true))"
        case .cannotWrite(let code):
            "cannot write \(path): \(Self.advice(code, reading: false))"
        case .notAFile:
            "\(path) is not a regular file; give the path of a file"
        case .inUse:
            "\(path) is in use: something else writes there; wait until it ends, or choose another folder"
        case .removed:
            "\(path) was removed while it was written into; what was not saved elsewhere is lost"
        }
    }

    private static func advice(_ code: Int32, reading: Bool) -> String {
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
        default: systemReason(code)
        }
    }
}

/// The system's description of an error; by default that of the last failed call.
public func systemReason(_ code: Int32 = errno) -> String { String(cString: strerror(code)) }
