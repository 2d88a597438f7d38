import Checkpoints
import Foundation
import Kernels
import TestSupport
import Testing

/// Files of weights with a few bytes changed are read or refused in one line, and nothing else happens.
///
/// `GAN_FUZZ_SECONDS` in the environment goes on for as long.
@Suite struct WeightFileMutationTests {
    private static let names = [
        "types.pt", "types_legacy.pt", "netG.pth", "netD_legacy.pth", "dcgan.pt", "rrdb_x2plus.pth",
        "stylegan2_ada.pkl",
    ]

    @Test func `a few thousand changed files end in a line`() throws {
        let seconds = ProcessInfo.processInfo.environment["GAN_FUZZ_SECONDS"].flatMap(Double.init)
        let end = ContinuousClock.now + .seconds(seconds ?? 0)
        var stream = RandomStream(seed: 1, purpose: .drawing)
        let originals = try Self.names.map {
            [UInt8](try Data(contentsOf: URL(fileURLWithPath: Golden.fixture("imports/" + $0))))
        }
        try withTemporaryFolder { folder in
            let path = folder + "/changed.pt"
            var (tried, readable) = (0, 0)
            while tried < 3000 || ContinuousClock.now < end {
                let bytes = Self.changed(originals[tried % originals.count], &stream)
                try Data(bytes).write(to: URL(fileURLWithPath: path))
                if try Self.reads(path, byteCount: bytes.count) { readable += 1 }
                tried += 1
            }
            // Changes of numbers alone go unnoticed.
            #expect(readable > tried / 100 && readable < tried)
        }
    }

    /// Whether a file is read; all its tensors are then.
    private static func reads(_ path: String, byteCount: Int) throws -> Bool {
        do throws(CheckpointError) {
            let file = try WeightFile(path: path)
            var count = 0
            for (name, tensor) in file.dictionaries.flatMap(\.tensors) {
                count += tensor.count * tensor.type.byteCount
                switch tensor.type {
                case .float16, .bfloat16, .float32, .float64:
                    _ = try file.values(of: tensor, named: name, as: Float.self)
                case .bool: break
                default: _ = try file.values(of: tensor, named: name, as: Int.self)
                }
            }
            #expect(count <= 4 * byteCount)
            return true
        } catch {
            let line = error.description
            #expect(!line.contains("\n") && line.contains(path) && line.utf8.count < 1000, "\(line)")
            return false
        }
    }

    /// A file with one to four changes, most of them where it tells of itself.
    private static func changed(_ original: [UInt8], _ stream: inout RandomStream) -> [UInt8] {
        var bytes = original
        let numbers: [[UInt8]] = [
            [0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 0x80], [0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0],
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0, 0, 0, 0, 0x80],
        ]
        for _ in 0...stream.integer(in: 0..<4) where bytes.count > 16 {
            // Archives tell of themselves at both ends, pickles at the beginning.
            let near = min(bytes.count, 2000)
            let place =
                switch stream.integer(in: 0..<4) {
                case 0: stream.integer(in: 0..<bytes.count)
                case 1: bytes.count - 1 - stream.integer(in: 0..<near)
                default: stream.integer(in: 0..<near)
                }
            let length = min(stream.integer(in: 1..<9), bytes.count - place)
            switch stream.integer(in: 0..<7) {
            case 0: bytes[place] ^= 1 << UInt8(stream.integer(in: 0..<8))
            case 1: bytes[place] = UInt8(stream.integer(in: 0..<256))
            case 2: bytes.removeSubrange(place..<place + length)
            case 3: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
            case 4:
                let from = stream.integer(in: 0..<bytes.count - 8)
                bytes.replaceSubrange(place..<place + length, with: bytes[from..<from + length])
            case 5:
                let number = numbers[stream.integer(in: 0..<numbers.count)]
                bytes.replaceSubrange(place..<min(bytes.count, place + number.count), with: number)
            default:
                // An instruction for another one.
                let instructions =
                    Array("(.0NJKMGXTU}])tasueqrhjcRbQB".utf8) + [0x85, 0x86, 0x87, 0x8a, 0x94]
                bytes[place] = instructions[stream.integer(in: 0..<instructions.count)]
            }
        }
        return bytes
    }
}
