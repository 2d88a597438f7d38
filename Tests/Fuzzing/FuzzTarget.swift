import Checkpoints
import Datasets
import Files
import Foundation
import GANs
import Images

/// A reader of what comes from outside.
protocol FuzzTarget: SendableMetatype {
    static var name: String { get }
    /// Inputs to begin with, which are read without an error.
    static func seeds() throws -> [[UInt8]]
    /// Reads an input as the program does, and all that it holds.
    static func read(_ input: [UInt8]) throws
}

let fuzzTargets: [any FuzzTarget.Type] = [
    PNGTarget.self, JPEGTarget.self, WebPTarget.self, GIFTarget.self, IDXTarget.self, NumpyTarget.self,
    NumpyArchiveTarget.self, ZipTarget.self, CIFARTarget.self, SafetensorsTarget.self, CheckpointTarget.self,
    WeightsTarget.self, ConfigurationTarget.self, MetricsTarget.self, ExpressionTarget.self,
]

/// The target that FUZZ_TARGET names.
let chosenTarget: any FuzzTarget.Type = {
    let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"]
    guard let target = fuzzTargets.first(where: { $0.name == name }) else {
        fatalError("FUZZ_TARGET names none of \(fuzzTargets.map { $0.name }.joined(separator: ", "))")
    }
    return target
}()

/// Whatever is wrong with an input is told by an error of the library's own.
func expectOwnErrors(_ read: () throws -> Void) {
    do { try read() } catch {
        switch error {
        case is CheckpointError, is ConfigurationError, is DatasetError, is FileError, is ImageError,
            is LatentExpression.ParseError, is WeightMismatch:
            _ = "\(error)"
        default: fatalError("an error of another kind: \(error)")
        }
    }
}

/// Writes a file into the folder in TMPDIR, in place of the last one of this name.
///
/// - Returns: its path.
@discardableResult
func file(_ name: String, _ bytes: [UInt8]) -> String {
    let path = join(scratch, name)
    guard let file = fopen(path, "w") else { fatalError("cannot write \(path)") }
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
    return path
}

let scratch = FileManager.default.temporaryDirectory.path

/// Of the tests, from the package's folder, where the program is run.
func fixture(_ name: String) -> String { "Tests/Fixtures/" + name }

func content(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

/// Two files in one input: the first byte tells the size of the first one.
func halves(_ input: [UInt8]) -> (first: [UInt8], second: [UInt8]) {
    guard let size = input.first.map(Int.init) else { return ([], []) }
    return (Array(input.dropFirst().prefix(size)), Array(input.dropFirst(1 + size)))
}

func joined(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] { [UInt8(first.count)] + first + second }
