import Foundation
import GANs
import Networks

/// Points that a person drew, or read from a file, as data to learn from: each step draws some of them anew, with
/// a little noise, so that the data is a density and not a list to learn by heart.
public struct DrawnPoints: Hashable, Sendable {
    /// Coordinates of a point: 1 or 2.
    public let dimensions: Int
    /// In row-major order.
    public let scalars: [Scalar]
    /// The part of the line or plane that holds them all, a range for each coordinate, all of the same length.
    public let extent: [ClosedRange<Double>]
    /// The middle of the points, which the networks see as 0.
    public let center: [Double]
    /// The root mean square of a coordinate about the middle.
    public let scale: Double

    /// The most points that are taken.
    public static let maximumCount = 20_000
    /// The deviation of the noise on each coordinate, as a share of the points' own.
    package static let noise = 0.02

    /// Points drawn by hand in the square from -3 to 3, which stays what networks are fitted to while points are added.
    ///
    /// - Parameter points: as many numbers a point as there are dimensions.
    /// - Throws: `ConfigurationError` if no training can be made from them.
    public init(byHand points: [[Double]]) throws(ConfigurationError) {
        let count = try DrawnPoints.dimensions(of: points)
        (dimensions, center, scale) = (count, [Double](repeating: 0, count: count), 1.5)
        extent = [ClosedRange<Double>](repeating: -3...3, count: count)
        scalars = points.flatMap { $0.map { Scalar($0) } }
    }

    /// Points of any unit, shown and fitted to by their own middle and deviation.
    ///
    /// - Parameter points: as many numbers a point as there are dimensions.
    /// - Throws: `ConfigurationError` if no training can be made from them.
    public init(measured points: [[Double]]) throws(ConfigurationError) {
        let count = try DrawnPoints.dimensions(of: points)
        let columns = (0..<count).map { axis in points.map { $0[axis] } }
        let center = columns.map { $0.reduce(0, +) / Double($0.count) }
        let squares = zip(columns, center).flatMap { column, middle in
            column.map { ($0 - middle) * ($0 - middle) }
        }
        let scale = (squares.reduce(0, +) / Double(squares.count)).squareRoot()
        guard scale > 1e-9 else { throw ConfigurationError("all points are the same; give others") }
        (dimensions, self.center, self.scale) = (count, center, scale)
        scalars = points.flatMap { $0.map { Scalar($0) } }
        extent = DrawnPoints.extent(of: columns)
    }

    /// Throws unless the points can be learned from.
    private static func dimensions(of points: [[Double]]) throws(ConfigurationError) -> Int {
        guard let count = points.first?.count else { throw ConfigurationError("there are no points") }
        guard points.count <= DrawnPoints.maximumCount else {
            throw ConfigurationError(
                "points", points.count, "the arena takes \(DrawnPoints.maximumCount); leave some out")
        }
        guard (1...2).contains(count), points.allSatisfy({ $0.count == count }) else {
            throw ConfigurationError("each point must have one number, or each two")
        }
        guard points.allSatisfy({ $0.allSatisfy { abs($0) <= DrawnPoints.largest } }) else {
            throw ConfigurationError("coordinates must lie between -1e6 and 1e6; divide them by a number")
        }
        return count
    }

    private static let largest = 1e6

    /// A square around all points, with an eighth of its side to spare at each edge.
    private static func extent(of columns: [[Double]]) -> [ClosedRange<Double>] {
        let ranges = columns.map { ($0.min() ?? 0)...($0.max() ?? 0) }
        let half = (ranges.map { $0.upperBound - $0.lowerBound }.max() ?? 1) * 2 / 3
        return ranges.map { range in
            let middle = (range.lowerBound + range.upperBound) / 2
            return middle - half...middle + half
        }
    }

    /// Points of a text with one or two numbers in a line, divided by commas, semicolons, tabs or blanks. Lines without
    /// numbers before the first point are headings.
    ///
    /// - Throws: `ConfigurationError` that names the line.
    public init(csv: String) throws(ConfigurationError) {
        var points: [[Double]] = []
        let lines = csv.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (number, line) in lines.enumerated() {
            let fields = line.split { ",;\t ".contains($0) }
            if fields.isEmpty { continue }
            let numbers = fields.compactMap { Double($0.trimmingPrefix("\u{FEFF}")) }
            if numbers.isEmpty && points.isEmpty { continue }
            let expected = points.first.map { $0.count...$0.count } ?? 1...2
            guard numbers.count == fields.count, expected.contains(numbers.count) else {
                throw ConfigurationError(
                    "line \(number + 1) is no point; each line must hold "
                        + (points.isEmpty ? "one or two" : "\(expected.lowerBound)") + " numbers")
            }
            points.append(numbers)
            if points.count > DrawnPoints.maximumCount { break }
        }
        try self.init(measured: points)
    }

    /// Points drawn from these with replacement, each moved by noise of `noise` times their deviation.
    ///
    /// - Shapes: `[count, dimensions]`.
    package func points(count: Int, from stream: inout RandomStream) -> Tensor {
        let total = scalars.count / dimensions
        var chosen: [Scalar] = []
        chosen.reserveCapacity(count * dimensions)
        for _ in 0..<count {
            let row = stream.integer(in: 0..<total) * dimensions
            chosen.append(contentsOf: scalars[row..<row + dimensions])
        }
        let noise = Tensor.normal([count, dimensions], from: &stream) * Scalar(DrawnPoints.noise * scale)
        return Tensor(chosen, shape: [count, dimensions]) + noise
    }
}
