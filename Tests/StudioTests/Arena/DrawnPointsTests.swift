import GANs
import Networks
import Studio
import Testing

@Suite struct DrawnPointsTests {
    @Test(arguments: [
        "x,y\n1,2\n3.5,-4e-1\n", "1;2\r\n3.5;-0.4", "\u{FEFF}1\t2\n\n3.5\t-0.4\n",
        "# points\nx y\n 1 2\n3.5 -0.4",
    ])
    func `two columns are points of the plane, however they are divided`(csv: String) throws {
        let points = try DrawnPoints(csv: csv)
        #expect(points.dimensions == 2)
        #expect(points.scalars == [1, 2, 3.5, -0.4])
    }

    @Test func `one column is points of the line`() throws {
        let points = try DrawnPoints(csv: "value\n1\n2\n4\n")
        #expect(points.dimensions == 1 && points.scalars == [1, 2, 4])
        #expect(points.extent.count == 1 && points.extent[0].contains(1) && points.extent[0].contains(4))
    }

    @Test(arguments: [
        ("1,2\n3\n", "line 2"), ("1,2\n3,x\n", "line 2"), ("1,2,3\n", "line 1"), ("", "no points"),
        ("a\nb\n", "no points"), ("1,nan\n2,3\n", "between"), ("1,1e300\n2,2", "between"),
        ("1,1\n1,1", "same"),
    ])
    func `what is no table of points is refused in a line that names the place`(
        csv: String, reason: String
    ) {
        let error = #expect(throws: ConfigurationError.self) { try DrawnPoints(csv: csv) }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    }

    @Test func `too many points are refused`() {
        let csv = String(repeating: "1,2\n", count: DrawnPoints.maximumCount) + "3,4\n"
        #expect(throws: ConfigurationError.self) { try DrawnPoints(csv: csv) }
        #expect(throws: ConfigurationError.self) { try DrawnPoints(byHand: []) }
        #expect(throws: ConfigurationError.self) { try DrawnPoints(byHand: [[1, 2], [3]]) }
    }

    @Test func `points are drawn from the drawn ones, with a little noise`() throws {
        let points = try DrawnPoints(byHand: [[-2, 1], [2, -1]])
        var stream = RandomStream(seed: 1, purpose: .drawing)
        let drawn = points.points(count: 400, from: &stream).scalars.map { Double($0) }
        var counts = [0, 0]
        for index in 0..<400 {
            let (x, y) = (drawn[2 * index], drawn[2 * index + 1])
            counts[x < 0 ? 0 : 1] += 1
            let sign = x < 0 ? -1.0 : 1
            #expect(abs(x - 2 * sign) < 0.2 && abs(y + sign) < 0.2)
        }
        #expect(counts.allSatisfy { $0 > 150 })
    }

    @Test func `a file's points are shown whole and fitted to by their own deviation`() throws {
        let points = try DrawnPoints(csv: "1000,0\n1010,4\n1020,2\n")
        #expect(points.extent.allSatisfy { abs(($0.upperBound - $0.lowerBound) - 20 * 4 / 3) < 1e-9 })
        #expect(points.extent[0].contains(1000) && points.extent[0].contains(1020))
        let seen = ArenaData.drawn(points).networkPoints(Tensor(points.scalars, shape: [3, 2])).scalars
        let square = seen.map { Double($0 * $0) }.reduce(0, +) / 6
        #expect(abs(square - 1) < 1e-3)
    }
}
