/// How much of each pixel a shape covers: antialiasing by exact areas, for polygons.
///
/// Each edge adds to the cells it crosses by how much it changes the covered part of that pixel and of all
/// pixels to its right; a running sum along the row then gives the covered parts.
package struct Coverage {
    let width: Int
    let height: Int
    /// The rows that the shape may cover.
    package private(set) var rows = 0..<0
    /// The columns that the shape may cover.
    package private(set) var columns = 0..<0
    /// The covered part of each pixel, row by row; valid inside `rows` and `columns` alone.
    package private(set) var values: [Float]
    private var cells: [Float]

    /// - Parameters:
    ///   - width: of the image, in pixels.
    ///   - height: of the image, in pixels.
    package init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        values = Array(repeating: 0, count: width * height)
        // Two more cells a row take what edges on and beyond the right border add.
        cells = Array(repeating: 0, count: (width + 2) * height)
    }

    /// Measures the coverage of clockwise polygons, with counterclockwise holes.
    ///
    /// - Parameter origin: where the image's upper left corner lies among the polygons.
    package mutating func fill(_ contours: Contours, origin: Point = .zero) {
        measure(contours, origin)
        guard !rows.isEmpty, !columns.isEmpty else { return }
        for contour in contours {
            var previous = contour[contour.count - 1] - origin
            for point in contour {
                let point = point - origin
                addEdge(from: previous, to: point)
                previous = point
            }
        }
        for row in rows {
            var sum: Float = 0
            for column in columns {
                let cell = row * (width + 2) + column
                sum += cells[cell]
                cells[cell] = 0
                values[row * width + column] = min(abs(sum), 1)
            }
            // Edges on the right side of the shape add to the next two cells.
            for beyond in columns.upperBound..<columns.upperBound + 2 {
                cells[row * (width + 2) + beyond] = 0
            }
        }
    }

    private mutating func measure(_ contours: Contours, _ origin: Point) {
        var low = Point(repeating: .infinity)
        var high = Point(repeating: -.infinity)
        for contour in contours {
            for point in contour {
                low = pointwiseMin(low, point)
                high = pointwiseMax(high, point)
            }
        }
        (low, high) = (low - origin, high - origin)
        let limit = Point(Double(width), Double(height))
        guard low.x < limit.x, low.y < limit.y, high.x > 0, high.y > 0 else {
            (rows, columns) = (0..<0, 0..<0)
            return
        }
        low = pointwiseMax(low.rounded(.down), .zero)
        high = pointwiseMin(high.rounded(.up), limit)
        rows = Int(low.y)..<Int(high.y)
        columns = Int(low.x)..<Int(high.x)
    }

    private mutating func addEdge(from start: Point, to end: Point) {
        // What lies left of the image covers its rows from the first column on; what lies right of it
        // covers nothing: such parts are moved onto the borders.
        for border in [0, Double(width)] where (start.x < border) != (end.x < border) {
            let part = (border - start.x) / (end.x - start.x)
            let crossing = Point(border, start.y + (end.y - start.y) * part)
            guard crossing != start, crossing != end else { continue }
            addEdge(from: start, to: crossing)
            addEdge(from: crossing, to: end)
            return
        }
        let (right, lower) = (Double(width), Double(height))
        let sign: Double = start.y < end.y ? 1 : -1
        var (top, bottom) = start.y < end.y ? (start, end) : (end, start)
        top.x = min(max(top.x, 0), right)
        bottom.x = min(max(bottom.x, 0), right)
        guard top.y < bottom.y, bottom.y > 0, top.y < lower else { return }
        let slope = (bottom.x - top.x) / (bottom.y - top.y)
        var y = max(top.y, 0)
        let end = min(bottom.y, lower)
        while y < end {
            let row = Int(y)
            let nextY = min(Double(row + 1), end)
            let x0 = top.x + (y - top.y) * slope
            let x1 = top.x + (nextY - top.y) * slope
            addSpan(row: row, from: min(x0, x1), to: max(x0, x1), height: sign * (nextY - y))
            y = nextY
        }
    }

    /// Adds an edge's part inside one row, from column coordinate `left` to `right`, `height` of a row high.
    private mutating func addSpan(row: Int, from left: Double, to right: Double, height: Double) {
        let first = min(max(Int(left), 0), width)
        let last = min(max(Int(right), first), width)
        for column in first...last {
            let from = max(left, Double(column))
            let to = min(right, Double(column + 1))
            let part = first == last ? height : height * (to - from) / (right - left)
            // The part of this pixel left of the edge stays uncovered.
            let uncovered = (from + to) / 2 - Double(column)
            let cell = row * (width + 2) + column
            cells[cell] += Float(part * (1 - uncovered))
            cells[cell + 1] += Float(part * uncovered)
        }
    }
}
