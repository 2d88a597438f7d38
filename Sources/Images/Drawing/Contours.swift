/// Closed polygons, the last point of each joined to its first: what `Coverage` rasterizes.
package typealias Contours = [[Point]]

extension Path {
    /// The path's contours as polygons in pixels, curves cut finely enough that no chord is visible.
    private func polylines(scale: Double) -> Contours {
        var contours: Contours = []
        var contour: [Point] = []
        var current = Point.zero
        for element in elements {
            switch element {
            case .move(let point):
                if contour.count > 1 { contours.append(contour) }
                current = point * scale
                contour = [current]
            case .line(let point):
                current = point * scale
                contour.append(current)
            case .curve(var control1, var control2, var end):
                control1 *= scale
                control2 *= scale
                end *= scale
                let reach =
                    (control1 - current).length + (control2 - control1).length + (end - control2).length
                // A chord of c pixels is off a circle by c² / 8r: less than 0.03 pixels here.
                let pieces = min(max(Int((reach * 8).squareRoot().rounded(.up)), 2), 64)
                for piece in 1...pieces {
                    let t = Double(piece) / Double(pieces)
                    let s = 1 - t
                    let a = current * (s * s * s) + control1 * (3 * s * s * t)
                    contour.append(a + control2 * (3 * s * t * t) + end * (t * t * t))
                }
                current = end
            }
        }
        if contour.count > 1 { contours.append(contour) }
        return contours
    }

    /// What filling the path covers, in pixels: all contours with the same orientation, so that they add up.
    ///
    /// - Parameter scale: pixels for one unit of the path.
    package func filled(scale: Double = 1) -> Contours {
        polylines(scale: scale).map { $0.signedArea < 0 ? $0.reversed() : $0 }
    }

    /// What a pen with a round tip covers along the contours; a dot for a contour without length.
    ///
    /// - Parameters:
    ///   - scale: pixels for one unit of the path.
    ///   - width: of the pen, in pixels.
    ///   - closed: whether the contours' ends are joined.
    package func stroked(scale: Double = 1, width: Double, closed: Bool = false) -> Contours {
        polylines(scale: scale).flatMap { line in
            let line = line.withoutRepeats(closed: closed)
            if line.count == 1 { return Path.circle(line[0], width / 2).filled() }
            return closed ? ring(around: line, width: width) : [band(along: line, width: width)]
        }
    }
}

/// A closed line of some width: its outer edge and, with the opposite orientation, its inner edge.
private func ring(around line: [Point], width: Double) -> Contours {
    let count = line.count
    let normals = line.indices.map { index in
        (line[(index + 1) % count] - line[(index + count - 1) % count]).normal * (width / 2)
    }
    let sides = [zip(line, normals).map { $0 + $1 }, zip(line, normals).map { $0 - $1 }]
    let (inner, outer) =
        abs(sides[0].signedArea) < abs(sides[1].signedArea)
        ? (sides[0], sides[1]) : (sides[1], sides[0])
    // The hole has the opposite orientation, so that it is subtracted from the disc around it.
    return outer.signedArea < 0 ? [outer.reversed(), inner] : [outer, inner.reversed()]
}

/// An open line of some width, out along one side and back along the other, with round ends.
private func band(along line: [Point], width: Double) -> [Point] {
    let last = line.count - 1
    let normals = line.indices.map { index in
        (line[min(index + 1, last)] - line[max(index - 1, 0)]).normal * (width / 2)
    }
    func cap(_ center: Point, from normal: Point) -> [Point] {
        let pieces = max(Int((width * 2).squareRoot().rounded(.up)), 3) * 2
        return (1..<pieces).map { piece in
            let angle = -Double.pi * Double(piece) / Double(pieces)
            return Placement(angle: angle, origin: center)(normal)
        }
    }
    let outline =
        zip(line, normals).map { $0 + $1 } + cap(line[last], from: normals[last])
        + zip(line, normals).reversed().map { $0 - $1 } + cap(line[0], from: -normals[0])
    return outline.signedArea < 0 ? outline.reversed() : outline
}

extension [Point] {
    /// The polygon's area by the shoelace formula, positive when it is clockwise on the image.
    var signedArea: Double {
        var twice = 0.0
        var previous = self[count - 1]
        for point in self {
            twice += previous.x * point.y - point.x * previous.y
            previous = point
        }
        return twice / 2
    }

    /// The line without points that repeat the one before them: between these there is no direction.
    fileprivate func withoutRepeats(closed: Bool) -> [Point] {
        var result: [Point] = [self[0]]
        for point in dropFirst() where (point - result[result.count - 1]).length > 1e-9 {
            result.append(point)
        }
        if closed, result.count > 1, (result[0] - result[result.count - 1]).length <= 1e-9 {
            result.removeLast()
        }
        return result
    }
}
