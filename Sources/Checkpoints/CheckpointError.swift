import Files

/// What is wrong with a file that was read, where, and what to do about it.
public struct CheckpointError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong with the file.
    public enum Problem: Equatable, Sendable {
        /// The file itself cannot be read.
        case file(FileError.Problem)
        /// The bytes do not follow the format; the text names the first violation.
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

    /// The file.
    public let path: String
    /// What is wrong with the file.
    public let problem: Problem

    /// Creates the error of a file.
    public init(path: String, _ problem: Problem) {
        self.path = path
        self.problem = problem
    }

    /// The problem and what to do about it, in one line.
    public var description: String {
        switch problem {
        case .file(let problem):
            FileError(path: path, problem).description
        case .malformed(let format, let detail):
            "\(path) is not a valid \(format) file: \(detail)"
        case .truncated(let expected, let found):
            "\(path) is cut off: \(expected) bytes expected, \(found) found; copy or download it again"
        case .checksumMismatch:
            "\(path) is damaged: its contents do not match its checksum; copy it again or use another "
                + "checkpoint"
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
}

extension MappedFile {
    /// Maps a file of tensors.
    static func mapping(_ path: String) throws(CheckpointError) -> MappedFile {
        do throws(FileError) {
            return try MappedFile(path: path)
        } catch {
            throw CheckpointError(path: path, .file(error.problem))
        }
    }
}

extension RegularFile {
    static func opening(_ path: String) throws(CheckpointError) -> RegularFile {
        do throws(FileError) { return try RegularFile(path) } catch {
            throw CheckpointError(path: path, .file(error.problem))
        }
    }

    /// Bytes of the file, fewer where it ends before.
    func bytes(from offset: Int, count: Int) throws(CheckpointError) -> [UInt8] {
        do throws(FileError) { return try read(count: count, at: offset) } catch {
            throw CheckpointError(path: path, .file(error.problem))
        }
    }
}
