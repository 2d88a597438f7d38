import Tensors

/// A digit as seven-segment displays show it, white on black, its place and brightness drawn at random: what
/// stands for MNIST in tests.
///
/// - Parameter size: the side in pixels, at least 12.
/// - Returns: `size * size` samples.
public func drawnDigit(_ digit: Int, size: Int, from stream: inout RandomStream) -> [UInt8] {
    var samples = [UInt8](repeating: 0, count: size * size)
    let (left, top) = (Int(stream.next() % 3) + (size - 8) / 2, Int(stream.next() % 3) + (size - 12) / 2)
    let brightness = UInt8(180 + stream.next() % 76)
    // The display's box is 6 wide and 10 high: horizontal bars at its rows 0, 4.5 and 9.
    let bars: [(x: Range<Int>, y: Range<Int>)] = [
        (0..<6, 0..<2), (4..<6, 0..<5), (4..<6, 5..<10), (0..<6, 8..<10), (0..<2, 5..<10), (0..<2, 0..<5),
        (0..<6, 4..<6),
    ]
    let lit = ["012345", "12", "01643", "01236", "5612", "05623", "056432", "012", "0123456", "012356"]
    for bar in lit[digit].compactMap(\.wholeNumberValue).map({ bars[$0] }) {
        for y in bar.y { for x in bar.x { samples[(top + y) * size + left + x] = brightness } }
    }
    return samples
}

/// The bytes of IDX files of digits and of their labels, which repeat 0 to 9.
public func idxFiles(ofDigits count: Int, size: Int, seed: UInt64) -> (images: [UInt8], labels: [UInt8]) {
    var stream = RandomStream(seed: seed, purpose: .drawing)
    var (images, labels) = (idxHeader([count, size, size]), idxHeader([count]))
    for index in 0..<count {
        images += drawnDigit(index % 10, size: size, from: &stream)
        labels.append(UInt8(index % 10))
    }
    return (images, labels)
}

private func idxHeader(_ extents: [Int]) -> [UInt8] {
    var header: [UInt8] = [0, 0, 8, UInt8(extents.count)]
    for extent in extents { header += [24, 16, 8, 0].map { UInt8(extent >> $0 & 255) } }
    return header
}
