import Images
import Testing

@Suite struct CoverageTests {
    private func area(_ path: Path, size: Int) -> Double {
        var coverage = Coverage(width: size, height: size)
        coverage.fill(path.filled(scale: Double(size)))
        var sum = 0.0
        for row in coverage.rows {
            for column in coverage.columns { sum += Double(coverage.values[row * size + column]) }
        }
        return sum
    }

    @Test(arguments: [16, 64, 301])
    func ellipseCoversItsArea(size: Int) {
        let expected = Double.pi * 0.31 * 0.17 * Double(size * size)
        let found = area(.ellipse(Point(0.47, 0.53), Point(0.31, 0.17)), size: size)
        #expect(abs(found / expected - 1) < 0.01)
    }

    @Test func polygonsAreExact() {
        let triangle = Path.polygon([Point(0.1, 0.13), Point(0.83, 0.31), Point(0.29, 0.92)])
        let twice = (0.73 * 0.79 - 0.18 * 0.19) * 100
        #expect(abs(area(triangle, size: 10) - twice / 2) < 1e-4)
        // Half a pixel each way around.
        #expect(abs(area(.rectangle(Point(0.5, 0.5), Point(0.25, 0.15)), size: 10) - 15) < 1e-4)
    }

    @Test func shapesAreClippedToTheImage() {
        let diamond = Path.polygon([Point(-0.5, 0.5), Point(0.5, -0.5), Point(1.5, 0.5), Point(0.5, 1.5)])
        #expect(abs(area(diamond, size: 12) - 144) < 1e-3)
        let left = Path.polygon([Point(-0.5, 0.25), Point(0.5, 0.5), Point(-0.5, 0.75)])
        // The triangle's right half: half as wide and half as high.
        #expect(abs(area(left, size: 16) - 0.5 * 0.5 * 0.25 * 256) < 1e-3)
        #expect(area(.circle(Point(2, 2), 0.5), size: 8) == 0)
    }

    @Test func contoursOfAPathAddUpWhateverTheirDirection() {
        var path = Path.rectangle(Point(0.3, 0.5), Point(0.2, 0.2))
        path.append(.rectangle(Point(0.5, 0.5), Point(0.2, 0.2)).mirrored.moved(by: Point(1, 0)))
        #expect(abs(area(path, size: 20) - 0.6 * 0.4 * 400) < 1e-3)
    }

    @Test func strokesHaveTheirWidth() {
        var coverage = Coverage(width: 100, height: 100)
        func area(_ contours: Contours) -> Double {
            coverage.fill(contours)
            return coverage.rows.reduce(0) { sum, row in
                coverage.columns.reduce(sum) { $0 + Double(coverage.values[row * 100 + $1]) }
            }
        }
        let ring = Path.circle(Point(0.5, 0.5), 0.3).stroked(scale: 100, width: 4, closed: true)
        #expect(abs(area(ring) / (2 * Double.pi * 30 * 4) - 1) < 0.01)
        let line = Path.polygon([Point(0.2, 0.3), Point(0.8, 0.6)]).stroked(
            scale: 100, width: 6)
        let expected = (60.0 * 60 + 30 * 30).squareRoot() * 6 + Double.pi * 9
        #expect(abs(area(line) / expected - 1) < 0.01)
    }

    @Test func aLineWithoutLengthIsADot() {
        var coverage = Coverage(width: 20, height: 10)
        coverage.fill(Path.polygon([Point(12, 5), Point(12, 5)]).stroked(width: 6))
        #expect(coverage.rows == 2..<8 && coverage.columns == 9..<15)
        #expect(coverage.values[5 * 20 + 12] == 1)
    }
}
