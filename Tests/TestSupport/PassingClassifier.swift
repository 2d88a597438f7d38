import Foundation

/// A file as torchvision's VGG19 would be saved, whose features can be told without the network.
///
/// All weights are zero but for what hands the first three channels on from layer to layer, so that the
/// features are the largest values of squares of 16 pixels, where positive. It is 80 MB long, of which the
/// disk holds a few pages.
public enum PassingClassifier {
    /// Where torchvision's convolutions stand among rectifiers and poolings, and how wide they are.
    private static let places = [0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34]
    private static let widths =
        [64, 64, 128, 128] + [Int](repeating: 256, count: 4) + [Int](repeating: 512, count: 8)

    /// - Parameters:
    ///   - gain: what the first layer multiplies by.
    ///   - omitted: the name of a tensor that is left out.
    ///   - changed: shapes of tensors that are to have others.
    public static func write(
        to path: String, gain: Float = 1, without omitted: String? = nil, changed: [String: [Int]] = [:]
    ) throws {
        var (fields, taps, end, inputs): ([String], [Int], Int, Int) = ([], [], 0, 3)
        func add(_ name: String, _ shape: [Int]) {
            guard name != omitted else { return }
            let shape = changed[name] ?? shape
            let next = end + 4 * shape.reduce(1, *)
            fields.append(
                "\"\(name)\":{\"dtype\":\"F32\",\"shape\":\(shape),\"data_offsets\":[\(end),\(next)]}")
            end = next
        }
        for (place, width) in zip(places, widths) {
            // The middle of nine, from each channel to itself.
            taps += (0..<3).map { end + 4 * (($0 * inputs + $0) * 9 + 4) }
            add("features.\(place).weight", [width, inputs, 3, 3])
            add("features.\(place).bias", [width])
            inputs = width
        }
        let header = Data("{\(fields.joined(separator: ","))}".utf8)
        try (withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) } + header)
            .write(to: URL(fileURLWithPath: path))
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        defer { try? file.close() }
        try file.truncate(atOffset: UInt64(8 + header.count + end))
        for (number, tap) in taps.enumerated() {
            try file.seek(toOffset: UInt64(8 + header.count + tap))
            let weight = number < 3 ? gain : 1
            try file.write(contentsOf: withUnsafeBytes(of: weight.bitPattern.littleEndian) { Data($0) })
        }
    }
}
