/// An outline of lines and cubic Bézier curves, in one or more contours.
///
/// A filled path is the union of its contours, whatever their orientation.
package struct Path {
    enum Element {
        case move(Point)
        case line(Point)
        case curve(control1: Point, control2: Point, to: Point)
    }

    private(set) var elements: [Element] = []
    private var current: Point = .zero

    private init() {}

    /// A path that begins at `start`.
    package init(from start: Point) {
        move(to: start)
    }

    package mutating func move(to point: Point) {
        elements.append(.move(point))
        current = point
    }

    package mutating func line(to point: Point) {
        elements.append(.line(point))
        current = point
    }

    package mutating func curve(_ control1: Point, _ control2: Point, to point: Point) {
        elements.append(.curve(control1: control1, control2: control2, to: point))
        current = point
    }

    /// Continues through all points by a Catmull-Rom spline, whose tangents at both ends are free.
    package mutating func spline(through points: [Point]) {
        let knots = [current] + points
        for index in 0..<knots.count - 1 {
            let before = knots[max(index - 1, 0)]
            let after = knots[min(index + 2, knots.count - 1)]
            let (start, end) = (knots[index], knots[index + 1])
            curve(start + (end - before) / 6, end - (after - start) / 6, to: end)
        }
    }

    package mutating func append(_ other: Path) {
        elements += other.elements
    }

    package func map(_ transform: (Point) -> Point) -> Path {
        var result = Path()
        for element in elements {
            switch element {
            case .move(let point): result.move(to: transform(point))
            case .line(let point): result.line(to: transform(point))
            case .curve(let control1, let control2, let point):
                result.curve(transform(control1), transform(control2), to: transform(point))
            }
        }
        return result
    }

    /// The path with left and right exchanged about x = 0.
    package var mirrored: Path { map { Point(-$0.x, $0.y) } }

    package func moved(by offset: Point) -> Path { map { $0 + offset } }
}

extension Path {
    /// The distance of a cubic's control points from its ends that draws a quarter of a unit circle:
    /// 4/3 (sqrt 2 - 1), which meets the circle in the middle of the arc.
    static let quarterArc = 0.552_284_749_831

    package static func ellipse(_ center: Point, _ radii: Point) -> Path {
        roundedRectangle(center, radii, corner: radii)
    }

    package static func circle(_ center: Point, _ radius: Double) -> Path {
        ellipse(center, Point(radius, radius))
    }

    package static func rectangle(_ center: Point, _ halfSize: Point) -> Path {
        polygon([
            center - halfSize, center + Point(halfSize.x, -halfSize.y), center + halfSize,
            center + Point(-halfSize.x, halfSize.y),
        ])
    }

    package static func polygon(_ points: [Point]) -> Path {
        var path = Path(from: points[0])
        for point in points.dropFirst() { path.line(to: point) }
        return path
    }

    /// A rectangle from its center and half its sizes, with elliptic corners of the given radii.
    package static func roundedRectangle(_ center: Point, _ halfSize: Point, corner: Point) -> Path {
        let inner = halfSize - corner
        let bend = corner * quarterArc
        var path = Path(from: center + Point(inner.x, -halfSize.y))
        for (side, next) in [
            (Point(1, -1), false), (Point(1, 1), true), (Point(-1, 1), false), (Point(-1, -1), true),
        ] {
            // Every other corner is entered along a vertical side.
            let alongTop = center + side * Point(inner.x, halfSize.y)
            let alongSide = center + side * Point(halfSize.x, inner.y)
            let topControl = alongTop + side * Point(bend.x, 0)
            let sideControl = alongSide + side * Point(0, bend.y)
            if next {
                path.line(to: alongSide)
                path.curve(sideControl, topControl, to: alongTop)
            } else {
                path.line(to: alongTop)
                path.curve(topControl, sideControl, to: alongSide)
            }
        }
        return path
    }

    /// A smooth closed outline through the points.
    package static func blob(_ points: [Point]) -> Path {
        let count = points.count
        var path = Path(from: points[0])
        for index in 0..<count {
            let (start, end) = (points[index], points[(index + 1) % count])
            let before = points[(index + count - 1) % count]
            let after = points[(index + 2) % count]
            path.curve(start + (end - before) / 6, end - (after - start) / 6, to: end)
        }
        return path
    }
}
