import Tensors
import TestSupport
import Testing

@Suite struct FilteringTests {
    static let shapes: [Shape] = [
        [1, 1, 1, 1], [2, 3, 5, 1], [1, 4, 6, 3], [3, 2, 7, 8], [1, 13, 2, 17], [2, 40, 30, 5],
    ]

    /// The result of weighing each pair of a pixel of the result and one of the image.
    private func reference(
        _ x: Tensor, times factor: Double, _ weight: @escaping (_ to: Int, _ from: Int, _ of: Int) -> Double
    ) -> Reference {
        let (images, height, width) = (Reference(x), x.shape[1], x.shape[2])
        return Reference([x.shape[0], Int(factor * Double(height)), Int(factor * Double(width)), x.shape[3]])
        { index in
            var sum = 0.0
            for row in 0..<height {
                for column in 0..<width {
                    let share = weight(index[1], row, height) * weight(index[2], column, width)
                    if share != 0 { sum += share * images[index[0], row, column, index[3]] }
                }
            }
            return sum
        }
    }

    @Test(arguments: shapes)
    func imagesAreEnlarged(shape: Shape) {
        let x = normal(shape)
        expectEqual(x.upsampled(), reference(x, times: 2) { to, from, _ in to / 2 == from ? 1 : 0 })
        // Where the middle of a small pixel lies between those of large ones; outer ones count as the last.
        let smooth = reference(x, times: 2) { to, from, extent in
            let place = min(max((Double(to) + 0.5) / 2 - 0.5, 0), Double(extent - 1))
            return max(0, 1 - abs(place - Double(from)))
        }
        expectEqual(x.upsampled(.bilinear), smooth)
        // The same with zeros past the edges.
        let padded = reference(x, times: 2) { to, from, _ in
            max(0, 1 - abs((Double(to) + 0.5) / 2 - 0.5 - Double(from)))
        }
        expectEqual(x.upsampled(.bilinearInZeros), padded)
    }

    @Test(arguments: shapes.dropFirst())
    func imagesAreHalved(shape: Shape) {
        let x = normal(shape)
        expectEqual(
            x.averagePooled(), reference(x, times: 0.5) { to, from, _ in from / 2 == to ? 0.5 : 0 })
        expectEqual(
            x.smoothPooled(),
            reference(x, times: 0.5) { to, from, _ in
                [-1: 0.125, 0: 0.375, 1: 0.375, 2: 0.125][from - 2 * to] ?? 0
            })
    }

    @Test(arguments: shapes)
    func imagesAreBlurred(shape: Shape) {
        let x = normal(shape)
        expectEqual(
            x.blurred(),
            reference(x, times: 1) { to, from, _ in [0: 0.5, 1: 0.25, -1: 0.25][to - from] ?? 0 })
    }

    @Test(arguments: shapes)
    func imagesAreHalvedByOverlappingMeans(shape: Shape) {
        let x = normal(shape)
        let images = Reference(x)
        let sizes = [(shape[1] + 1) / 2, (shape[2] + 1) / 2]
        let expected = Reference([shape[0], sizes[0], sizes[1], shape[3]]) { index in
            let rows = (2 * index[1] - 1...2 * index[1] + 1).filter { (0..<shape[1]).contains($0) }
            let columns = (2 * index[2] - 1...2 * index[2] + 1).filter { (0..<shape[2]).contains($0) }
            let sum = rows.flatMap { row in columns.map { images[index[0], row, $0, index[3]] } }.reduce(
                0, +)
            return sum / Double(rows.count * columns.count)
        }
        expectEqual(x.averagePooledOverlapping(), expected)
    }

    @Test(arguments: [(1, 1), (4, 2), (3, 8), (13, 40)])
    func imagesOfAnySizeAreMadeOfCopies(height: Int, width: Int) {
        let x = normal([2, 6, 8, 3])
        let images = Reference(x)
        let expected = Reference([2, height, width, 3]) { index in
            images[index[0], index[1] * 6 / height, index[2] * 8 / width, index[3]]
        }
        expectEqual(x.nearestResized(height: height, width: width), expected)
    }

    /// More entries than the loops know by number, in any order, and pixels made of nothing.
    @Test func filtersMayHaveAnyTaps() {
        let rows = PixelFilter(
            inputExtent: 6,
            taps: [[(5, 1), (0, -2), (2, 0.5), (3, 1), (1, 4)], [], (0..<6).map { ($0, 1) }])
        let columns = PixelFilter(inputExtent: 2, taps: [[(1, 3), (1, 2)]])
        let x = normal([2, 6, 2, 3])
        let weights = [[-2, 4, 0.5, 1, 0, 1], [0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1]]
        let images = Reference(x)
        let expected = Reference([2, 3, 1, 3]) { index in
            (0..<6).reduce(0) { sum, row in
                sum + 5 * weights[index[1]][row] * images[index[0], row, 1, index[3]]
            }
        }
        expectEqual(x.filtered(rows: rows, columns: columns), expected)
        checkGradients(at: [x]) { $0[0].tanh().filtered(rows: rows, columns: columns).squared() }
    }

    @Test(arguments: [[2, 3, 5, 2], [1, 4, 2, 3]] as [Shape])
    func filtersDifferentiate(shape: Shape) {
        let functions: [(Tensor) -> Tensor] = [
            { $0.upsampled() }, { $0.upsampled(.bilinear) }, { $0.averagePooled() }, { $0.blurred() },
            { $0.upsampled(.bilinearInZeros) }, { $0.smoothPooled() },
            { $0.averagePooledOverlapping() }, { $0.nearestResized(height: 2, width: 7) },
        ]
        for function in functions {
            checkGradients(at: [normal(shape)]) { function($0[0].tanh()).squared() }
        }
    }

    @Test func misuseIsNamed() async {
        let extent = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([1, 3, 4, 1]).filtered(rows: .doubling(4), columns: .doubling(4))
        }
        let place = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = PixelFilter(inputExtent: 2, taps: [[(2, 1)]])
        }
        let rank = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([3, 4]).blurred()
        }
        expectMessage("filtered: filters of 4 and 4 pixels do not fit images [1, 3, 4, 1]", of: extent)
        expectMessage("PixelFilter: a place lies outside of 2 pixels", of: place)
        expectMessage("blurred: shape [3, 4] is not [n, h, w, c]", of: rank)
    }
}
