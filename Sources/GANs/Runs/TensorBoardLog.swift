import Files
import Foundation

/// A file of events beside `metrics.jsonl`, which TensorBoard shows: figures under the tags of NVlabs' programs,
/// sheets of samples, and the configuration as text.
///
/// It is written anew from the run's rows and sheets where a run goes on, so that no step is in it twice.
///
/// - Source: TensorFlow's `event.proto` and `summary.proto`, and the records of its `record_writer.cc`.
final class TensorBoardLog {
    private let path: String
    /// When the training would have begun, had it not been interrupted.
    private let start: Date

    /// - Parameters:
    ///   - rows: what was logged so far.
    ///   - configuration: in words.
    init(_ folder: RunFolder, rows: [MetricsRow], seconds: Double, configuration: String) throws {
        path = folder.events
        start = Date(timeIntervalSinceNow: -seconds)
        let last = rows.last?.step ?? 0
        var file = try AtomicFile(path: path)
        try file.append(
            Self.record(
                ProtocolBuffer {
                    $0.add(1, start.timeIntervalSince1970)
                    $0.add(3, "brain.Event:2")
                }))
        try file.append(event(step: 0, seconds: 0) { $0.text(configuration, tag: "Configuration") })
        for row in rows { try file.append(event(row)) }
        for step in folder.sampleSteps() where step <= last {
            let seconds = rows.first { $0.step >= step }?.seconds ?? 0
            if let image = FileManager.default.contents(atPath: folder.sample(step: step)) {
                try file.append(event(step: step, seconds: seconds) { $0.image(image, tag: "Samples") })
            }
        }
        try file.commit()
    }

    func add(_ row: MetricsRow) throws { try append(event(row)) }

    /// - Parameter sheet: a PNG file.
    func add(sheet path: String, step: Int, seconds: Double) throws {
        guard let image = FileManager.default.contents(atPath: path) else { return }
        try append(event(step: step, seconds: seconds) { $0.image(image, tag: "Samples") })
    }

    private func append(_ record: Data) throws(FileError) { try AppendedFile.append(Array(record), to: path) }

    private func event(_ row: MetricsRow) -> Data {
        event(step: row.step, seconds: row.seconds) { summary in
            for (tag, value) in row.scalars { summary.scalar(value, tag: tag) }
        }
    }

    private func event(step: Int, seconds: Double, _ build: (inout Summary) -> Void) -> Data {
        var summary = Summary()
        build(&summary)
        return Self.record(
            ProtocolBuffer {
                $0.add(1, start.timeIntervalSince1970 + seconds)
                $0.add(2, step)
                $0.add(5, summary.message.bytes)
            })
    }

    /// Length, checksum, bytes, checksum.
    static func record(_ message: ProtocolBuffer) -> Data {
        func masked(_ data: Data) -> Data {
            let sum = CRC32C.checksum(data)
            let rotated = (sum >> 15 | sum << 17) &+ 0xA282_EAD8
            return withUnsafeBytes(of: rotated.littleEndian) { Data($0) }
        }
        let length = withUnsafeBytes(of: UInt64(message.bytes.count).littleEndian) { Data($0) }
        return length + masked(length) + message.bytes + masked(message.bytes)
    }
}

/// Values under tags.
private struct Summary {
    var message = ProtocolBuffer()

    mutating func scalar(_ value: Double, tag: String) {
        message.add(1) {
            $0.add(1, tag)
            $0.add(2, Float(value))
        }
    }

    /// - Parameter png: a PNG file, whose size its header says.
    mutating func image(_ png: Data, tag: String) {
        guard png.count >= 24 else { return }
        func number(_ offset: Int) -> Int { png.dropFirst(offset).prefix(4).reduce(0) { $0 << 8 | Int($1) } }
        message.add(1) {
            $0.add(1, tag)
            $0.add(4) {
                $0.add(1, number(20))
                $0.add(2, number(16))
                $0.add(3, 3)
                $0.add(4, png)
            }
        }
    }

    /// A tensor of one string, of the text plugin.
    mutating func text(_ text: String, tag: String) {
        message.add(1) {
            $0.add(1, tag + "/text_summary")
            $0.add(9) { $0.add(1) { $0.add(1, "text") } }
            $0.add(8) {
                $0.add(1, 7)
                $0.add(2) { $0.add(2) { $0.add(1, 1) } }
                $0.add(8, text)
            }
        }
    }
}

extension MetricsRow {
    /// All figures by their tags.
    var scalars: [(tag: String, value: Double)] {
        var scalars: [(String, Double?)] = [
            ("Loss/D/loss", discriminatorLoss), ("Loss/G/loss", generatorLoss), ("Loss/D/penalty", penalty),
            ("Loss/scores/real", realScore), ("Loss/scores/fake", fakeScore),
            ("Progress/augment", augmentation), ("Progress/kimg", Double(images) / 1000),
            ("Timing/images_per_sec", imagesPerSecond), ("Timing/total_sec", seconds),
            ("Metrics/kid", kid?.value), ("Metrics/sliced_wasserstein", distance?.mean),
            ("Metrics/difference", difference), ("Metrics/psnr", fidelity?.psnr),
            ("Metrics/ssim", fidelity?.ssim),
        ]
        scalars += (parts ?? [:]).sorted { $0.key < $1.key }.map { ("Loss/G/" + $0.key, $0.value) }
        return scalars.compactMap { tag, value in value.map { (tag, $0) } }
    }
}
