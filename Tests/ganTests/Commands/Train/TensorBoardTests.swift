import Files
import Foundation
import Testing

/// `gan train --tensorboard`
@Suite struct TensorBoardTests {
    /// Records of a file of events, whose lengths and checksums are right.
    private static func records(_ data: Data) throws -> [Data] {
        var (rest, records): (Data, [Data]) = (data, [])
        func masked(_ bytes: Data) -> Data {
            let sum = CRC32C.checksum(bytes)
            return withUnsafeBytes(of: ((sum >> 15 | sum << 17) &+ 0xA282_EAD8).littleEndian) { Data($0) }
        }
        while !rest.isEmpty {
            let length = Data(rest.prefix(8))
            let count = length.reversed().reduce(0) { $0 << 8 | Int($1) }
            let body = Data(rest.dropFirst(12).prefix(count))
            try #require(body.count == count)
            #expect(rest.dropFirst(8).prefix(4) == masked(length))
            #expect(rest.dropFirst(12 + count).prefix(4) == masked(body))
            records.append(body)
            rest = Data(rest.dropFirst(16 + count))
        }
        return records
    }

    /// The steps of events that hold a tag: field 2, behind a time of nine bytes.
    private static func steps(_ tag: String, in records: [Data]) -> [Int] {
        records.filter { $0.range(of: Data(tag.utf8)) != nil }.map { record in
            var (step, shift) = (0, 0)
            for byte in record.dropFirst(10) {
                step |= Int(byte & 0x7F) << shift
                shift += 7
                if byte < 0x80 { break }
            }
            return step
        }
    }

    private static func append(_ text: String, _ path: String) throws {
        try AppendedFile.append(Array(text.utf8), to: path)
    }

    @Test func `figures, sheets and configuration are written, and resuming writes no step twice`() throws {
        try withProgram { program in
            try program.drawAvatars()
            let training =
                "--model dcgan --size 16 --width 2 --batch 4 --seed 1 --sample-every 20 --checkpoint-every 20"
            try #require(
                program.run("train avatars \(training) --steps 20 --tensorboard --out run").status == 0)
            let name = "run/events.out.tfevents.0000000000.swift-gan"
            let first = try Self.records(program.bytes(name))
            #expect(first[0].range(of: Data("brain.Event:2".utf8)) != nil)
            #expect(Self.steps("Loss/D/loss", in: first) == [10, 20])
            #expect(Self.steps("Metrics/kid", in: first) == [20])
            #expect(Self.steps("Samples", in: first) == [20])
            #expect(first.contains { $0.range(of: Data("adversarial loss non-saturating".utf8)) != nil })
            // As a crash leaves it: rows and events past the checkpoint.
            let row = try #require(
                String(decoding: program.bytes("run/metrics.jsonl"), as: UTF8.self).split(separator: "\n")
                    .last)
            try Self.append(
                row.replacing("\"step\":20", with: "\"step\":30") + "\n", program.path("run/metrics.jsonl"))
            try Self.append("cut off", program.path(name))
            try #require(program.run("train --resume --out run --steps 40").status == 0)
            let resumed = try Self.records(program.bytes(name))
            #expect(Self.steps("Loss/G/loss", in: resumed) == [10, 20, 30, 40])
            #expect(Self.steps("Samples", in: resumed) == [20, 40])
            try #require(
                program.run("train avatars \(training) --steps 20 --out run --overwrite").status == 0)
            #expect(!program.exists(name))
        }
    }
}
