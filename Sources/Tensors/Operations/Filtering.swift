import CLoops
import Kernels

/// How the pixels along one side of an image are made from those of another: each is a weighted sum of a few.
///
/// Enlarging, shrinking and blurring are filters, and so are their adjoints.
public struct PixelFilter: Hashable, Sendable {
    /// Pixels along the side of what is read.
    public let inputExtent: Int
    private let starts: [Int32]
    private let places: [Int32]
    private let weights: [Scalar]

    /// Pixels along the side of what is made.
    public var outputExtent: Int { starts.count - 1 }

    /// - Parameters:
    ///   - inputExtent: pixels along the side of what is read.
    ///   - taps: for each pixel of the result, which pixels it is made from and what each weighs.
    public init(inputExtent: Int, taps: [[(place: Int, weight: Double)]]) {
        require(
            taps.allSatisfy { $0.allSatisfy { (0..<inputExtent).contains($0.place) } },
            "PixelFilter: a place lies outside of \(inputExtent) pixels")
        self.inputExtent = inputExtent
        var starts: [Int32] = [0]
        for row in taps { starts.append(starts[starts.count - 1] + Int32(row.count)) }
        self.starts = starts
        places = taps.flatMap { $0.map { Int32($0.place) } }
        weights = taps.flatMap { $0.map { Scalar($0.weight) } }
    }

    /// Each pixel doubled.
    public static func doubling(_ extent: Int) -> PixelFilter {
        PixelFilter(inputExtent: extent, taps: (0..<2 * extent).map { [($0 / 2, 1)] })
    }

    /// Twice the pixels, each between its two nearest: three quarters of the nearer and a quarter of the other;
    /// past the edges lies the outermost pixel again.
    public static func smoothDoubling(_ extent: Int) -> PixelFilter {
        PixelFilter(
            inputExtent: extent,
            taps: (0..<2 * extent).map { place in
                let other = min(max(place / 2 + (place % 2 == 0 ? -1 : 1), 0), extent - 1)
                return other == place / 2 ? [(place / 2, 1)] : [(place / 2, 0.75), (other, 0.25)]
            })
    }

    /// As `smoothDoubling`, but past the edges lie zeros.
    public static func paddedDoubling(_ extent: Int) -> PixelFilter {
        PixelFilter(extent, inZeros: 2 * extent) { place in
            [(place / 2, 0.75), (place / 2 + (place % 2 == 0 ? -1 : 1), 0.25)]
        }
    }

    /// Half the pixels, each of two a three eighths and of their two neighbors an eighth; past the edges lie
    /// zeros, and a last pixel without a partner is a neighbor alone.
    public static func smoothHalving(_ extent: Int) -> PixelFilter {
        PixelFilter(extent, inZeros: extent / 2) { place in
            [(2 * place - 1, 0.125), (2 * place, 0.375), (2 * place + 1, 0.375), (2 * place + 2, 0.125)]
        }
    }

    /// Half the pixels, each the mean of two; a last one without a partner is left out.
    public static func halving(_ extent: Int) -> PixelFilter {
        PixelFilter(
            inputExtent: extent, taps: (0..<extent / 2).map { [(2 * $0, 0.5), (2 * $0 + 1, 0.5)] })
    }

    /// Half the pixels, rounded up, each the mean of a pixel and its two neighbors, those that there are.
    public static func overlappingHalving(_ extent: Int) -> PixelFilter {
        PixelFilter(
            inputExtent: extent,
            taps: (0..<(extent + 1) / 2).map { place in
                let sources = max(2 * place - 1, 0)...min(2 * place + 1, extent - 1)
                return sources.map { ($0, 1 / Double(sources.count)) }
            })
    }

    /// Another number of pixels, each the copy of one: of those that it covers, the first.
    public static func nearest(_ extent: Int, from inputExtent: Int) -> PixelFilter {
        PixelFilter(
            inputExtent: inputExtent, taps: (0..<extent).map { [($0 * inputExtent / extent, 1)] })
    }

    /// As many pixels, each half of itself and a quarter of either neighbor; past the edges lie zeros.
    public static func blurring(_ extent: Int) -> PixelFilter {
        PixelFilter(extent, inZeros: extent) { place in
            [(place - 1, 0.25), (place, 0.5), (place + 1, 0.25)]
        }
    }

    /// A filter whose taps past the edges read zeros.
    private init(_ extent: Int, inZeros outputs: Int, taps: (Int) -> [(place: Int, weight: Double)]) {
        self.init(
            inputExtent: extent,
            taps: (0..<outputs).map { taps($0).filter { (0..<extent).contains($0.place) } })
    }

    /// The filter of the transposed matrix.
    var adjoint: PixelFilter {
        var taps = [[(place: Int, weight: Double)]](repeating: [], count: inputExtent)
        for row in 0..<outputExtent {
            for entry in Int(starts[row])..<Int(starts[row + 1]) {
                taps[Int(places[entry])].append((row, Double(weights[entry])))
            }
        }
        return PixelFilter(inputExtent: outputExtent, taps: taps)
    }

    fileprivate func withRows<Result>(_ body: (sparse_rows) -> Result) -> Result {
        starts.withUnsafeBufferPointer { starts in
            places.withUnsafeBufferPointer { places in
                weights.withUnsafeBufferPointer { weights in
                    body(
                        sparse_rows(
                            starts: starts.baseAddress, places: places.baseAddress,
                            weights: weights.baseAddress))
                }
            }
        }
    }
}

/// Filters along both sides of images. All are differentiable to any order.
extension Tensor {
    /// Images filtered down their columns and along their rows.
    ///
    /// `y[i][j] = sum over p, q of rows[i][p] columns[j][q] x[p][q]` for each channel.
    ///
    /// - Shapes: `[n, h, w, c]` to `[n, h', w', c]` with the filters' extents.
    /// - Differentiable: to any order.
    public func filtered(rows: PixelFilter, columns: PixelFilter) -> Tensor {
        require(
            shape.rank == 4 && shape[1] == rows.inputExtent && shape[2] == columns.inputExtent,
            "filtered: filters of \(rows.inputExtent) and \(columns.inputExtent) pixels do not fit images "
                + "\(shape)")
        let (height, width, channels) = (rows.outputExtent, columns.outputExtent, shape[3])
        let result = Storage(shape[0] * height * width * channels)
        rows.withRows { rowTaps in
            columns.withRows { columnTaps in
                Parallel.forEachRows(of: shape[0] * height, columns: width * channels) { part in
                    // A row of the result before it is filtered along.
                    BufferPool.withScratch(shape[2] * channels) { row in
                        for index in part {
                            loop_combine_rows(
                                row, pointer + index / height * shape[1] * shape[2] * channels, rowTaps,
                                index % height, index % height + 1, shape[2] * channels)
                            loop_combine_rows(
                                result.pointer + index * width * channels, row, columnTaps, 0, width,
                                channels)
                        }
                    }
                }
            }
        }
        return Tensor(
            result, [shape[0], height, width, channels], from: [self],
            Operation(name: "filtered", uses: [[]]) {
                [$0.cotangent.filtered(rows: rows.adjoint, columns: columns.adjoint)]
            })
    }

    /// How pixels are made where there were none.
    public enum Interpolation: Hashable, Sendable {
        /// Each pixel becomes a square of four.
        case nearest
        /// Between the four nearest pixels; the edges' pixels reach outward. PyTorch's `align_corners=False`.
        case bilinear
        /// Between the four nearest pixels, with zeros past the edges.
        case bilinearInZeros
    }

    /// Images of twice the size.
    ///
    /// - Shapes: `[n, h, w, c]` to `[n, 2 h, 2 w, c]`.
    /// - Differentiable: to any order.
    public func upsampled(_ interpolation: Interpolation = .nearest) -> Tensor {
        let doubling =
            switch interpolation {
            case .nearest: PixelFilter.doubling
            case .bilinear: PixelFilter.smoothDoubling
            case .bilinearInZeros: PixelFilter.paddedDoubling
            }
        return filtered("upsampled", doubling)
    }

    /// Images of half the size, each pixel the mean of four; a last row or column without a partner is left
    /// out.
    ///
    /// - Shapes: `[n, h, w, c]` to `[n, floor(h / 2), floor(w / 2), c]`.
    /// - Differentiable: to any order.
    public func averagePooled() -> Tensor { filtered("averagePooled", PixelFilter.halving) }

    /// Images of half the size, each pixel a mean of sixteen, weighted by 1, 3, 3, 1 either way; past the edges
    /// lie zeros.
    ///
    /// - Shapes: `[n, h, w, c]` to `[n, floor(h / 2), floor(w / 2), c]`.
    /// - Differentiable: to any order.
    public func smoothPooled() -> Tensor { filtered("smoothPooled", PixelFilter.smoothHalving) }

    /// Images of half the size, rounded up, each pixel the mean of up to nine. PyTorch's `avg_pool2d` with kernel
    /// 3, stride 2 and padding 1, of which the padding does not count.
    ///
    /// - Shapes: `[n, h, w, c]` to `[n, ceil(h / 2), ceil(w / 2), c]`.
    /// - Differentiable: to any order.
    public func averagePooledOverlapping() -> Tensor {
        filtered("averagePooledOverlapping", PixelFilter.overlappingHalving)
    }

    /// Images of another size made of copied pixels. PyTorch's `interpolate` with mode `nearest`.
    ///
    /// - Shapes: `[n, h, w, c]` to `[n, height, width, c]`.
    /// - Differentiable: to any order.
    public func nearestResized(height: Int, width: Int) -> Tensor {
        require(shape.rank == 4, "nearestResized: shape \(shape) is not [n, h, w, c]")
        if [height, width] == [shape[1], shape[2]] { return self }
        return filtered(
            rows: .nearest(height, from: shape[1]), columns: .nearest(width, from: shape[2]))
    }

    /// Images whose every pixel is a mean of itself and its eight neighbors, weighted by 1, 2, 1 either way;
    /// past the edges lie zeros.
    ///
    /// - Shapes: `[n, h, w, c]` to the same.
    /// - Differentiable: to any order.
    public func blurred() -> Tensor { filtered("blurred", PixelFilter.blurring) }

    private func filtered(_ name: String, _ filter: (Int) -> PixelFilter) -> Tensor {
        require(shape.rank == 4, "\(name): shape \(shape) is not [n, h, w, c]")
        return filtered(rows: filter(shape[1]), columns: filter(shape[2]))
    }
}
