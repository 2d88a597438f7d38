import CLoops
import Kernels

/// A sparse linear filter along one axis of images: each output pixel is a weighted sum of a few input
/// pixels.
///
/// Upsampling, downsampling and blurring are such filters, and so are their adjoints.
public struct PixelFilter: Hashable, Sendable {
    /// Pixels along the axis of the input.
    public let inputExtent: Int
    private let starts: [Int32]
    private let places: [Int32]
    private let weights: [Scalar]

    /// Pixels along the axis of the output.
    public var outputExtent: Int { starts.count - 1 }

    /// - Parameters:
    ///   - inputExtent: pixels along the axis of the input.
    ///   - taps: for each output pixel, the input pixels and their weights.
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

    /// Nearest-neighbor upsampling by 2.
    public static func doubling(_ extent: Int) -> PixelFilter {
        PixelFilter(inputExtent: extent, taps: (0..<2 * extent).map { [($0 / 2, 1)] })
    }

    /// Linear upsampling by 2: three quarters of the nearer pixel and a quarter of the other, with the
    /// outermost pixel replicated past the edges.
    public static func smoothDoubling(_ extent: Int) -> PixelFilter {
        PixelFilter(
            inputExtent: extent,
            taps: (0..<2 * extent).map { place in
                let other = min(max(place / 2 + (place % 2 == 0 ? -1 : 1), 0), extent - 1)
                return other == place / 2 ? [(place / 2, 1)] : [(place / 2, 0.75), (other, 0.25)]
            })
    }

    /// Linear upsampling by 2 with zero padding.
    public static func paddedDoubling(_ extent: Int) -> PixelFilter {
        PixelFilter(extent, inZeros: 2 * extent) { place in
            [(place / 2, 0.75), (place / 2 + (place % 2 == 0 ? -1 : 1), 0.25)]
        }
    }

    /// Downsampling by 2 with the filter (1 3 3 1) / 8 and zero padding; the last pixel of an odd extent only
    /// counts as a neighbor.
    public static func smoothHalving(_ extent: Int) -> PixelFilter {
        PixelFilter(extent, inZeros: extent / 2) { place in
            [(2 * place - 1, 0.125), (2 * place, 0.375), (2 * place + 1, 0.375), (2 * place + 2, 0.125)]
        }
    }

    /// Average pooling by 2; the last pixel of an odd extent is dropped.
    public static func halving(_ extent: Int) -> PixelFilter {
        PixelFilter(
            inputExtent: extent, taps: (0..<extent / 2).map { [(2 * $0, 0.5), (2 * $0 + 1, 0.5)] })
    }

    /// Average pooling with window 3 and stride 2: each output is the mean of a pixel and those of its two
    /// neighbors that exist.
    public static func overlappingHalving(_ extent: Int) -> PixelFilter {
        PixelFilter(
            inputExtent: extent,
            taps: (0..<(extent + 1) / 2).map { place in
                let sources = max(2 * place - 1, 0)...min(2 * place + 1, extent - 1)
                return sources.map { ($0, 1 / Double(sources.count)) }
            })
    }

    /// Nearest-neighbor resizing: each output pixel copies the first input pixel that it covers.
    public static func nearest(_ extent: Int, from inputExtent: Int) -> PixelFilter {
        PixelFilter(
            inputExtent: inputExtent, taps: (0..<extent).map { [($0 * inputExtent / extent, 1)] })
    }

    /// Blurring with the filter (1 2 1) / 4 and zero padding.
    public static func blurring(_ extent: Int) -> PixelFilter {
        PixelFilter(extent, inZeros: extent) { place in
            [(place - 1, 0.25), (place, 0.5), (place + 1, 0.25)]
        }
    }

    /// A filter with zero padding: taps past the edges are dropped.
    private init(_ extent: Int, inZeros outputs: Int, taps: (Int) -> [(place: Int, weight: Double)]) {
        self.init(
            inputExtent: extent,
            taps: (0..<outputs).map { taps($0).filter { (0..<extent).contains($0.place) } })
    }

    /// The filter as a matrix, row-major: `[outputExtent, inputExtent]`.
    package var matrix: [Scalar] {
        var matrix = [Scalar](repeating: 0, count: outputExtent * inputExtent)
        for row in 0..<outputExtent {
            for entry in Int(starts[row])..<Int(starts[row + 1]) {
                matrix[row * inputExtent + Int(places[entry])] += weights[entry]
            }
        }
        return matrix
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

/// Separable filters of images. All are differentiable to any order.
extension Tensor {
    /// Filters images along both axes.
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
                    // A row of the output before it is filtered along its columns.
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
            Operation(name: "filtered", as: .filtered(rows: rows, columns: columns), uses: [[]]) {
                [$0.cotangent.filtered(rows: rows.adjoint, columns: columns.adjoint)]
            })
    }

    /// How new pixels are interpolated.
    public enum Interpolation: Hashable, Sendable {
        /// Each pixel is copied to a square of four.
        case nearest
        /// Bilinear, with the outermost pixels replicated past the edges: PyTorch's `align_corners=False`.
        case bilinear
        /// Bilinear, with zero padding.
        case bilinearInZeros
    }

    /// Upsamples images by 2.
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

    /// Average pooling by 2x2; the last row or column of an odd extent is dropped.
    ///
    /// - Shapes: `[n, h, w, c]` to `[n, floor(h / 2), floor(w / 2), c]`.
    /// - Differentiable: to any order.
    public func averagePooled() -> Tensor { filtered("averagePooled", PixelFilter.halving) }

    /// Downsamples images by 2 with the separable filter (1 3 3 1) / 8 and zero padding.
    ///
    /// - Shapes: `[n, h, w, c]` to `[n, floor(h / 2), floor(w / 2), c]`.
    /// - Differentiable: to any order.
    public func smoothPooled() -> Tensor { filtered("smoothPooled", PixelFilter.smoothHalving) }

    /// Average pooling with kernel 3, stride 2 and padding 1.
    ///
    /// The padding does not count: PyTorch's `avg_pool2d` with `count_include_pad=False`.
    ///
    /// - Shapes: `[n, h, w, c]` to `[n, ceil(h / 2), ceil(w / 2), c]`.
    /// - Differentiable: to any order.
    public func averagePooledOverlapping() -> Tensor {
        filtered("averagePooledOverlapping", PixelFilter.overlappingHalving)
    }

    /// Resizes images by copying the nearest pixels.
    ///
    /// PyTorch's `interpolate` with mode `nearest`.
    ///
    /// - Shapes: `[n, h, w, c]` to `[n, height, width, c]`.
    /// - Differentiable: to any order.
    public func nearestResized(height: Int, width: Int) -> Tensor {
        require(shape.rank == 4, "nearestResized: shape \(shape) is not [n, h, w, c]")
        if [height, width] == [shape[1], shape[2]] { return self }
        return filtered(
            rows: .nearest(height, from: shape[1]), columns: .nearest(width, from: shape[2]))
    }

    /// Blurs images with the separable filter (1 2 1) / 4 and zero padding.
    ///
    /// - Shapes: `[n, h, w, c]` to the same.
    /// - Differentiable: to any order.
    public func blurred() -> Tensor { filtered("blurred", PixelFilter.blurring) }

    private func filtered(_ name: String, _ filter: (Int) -> PixelFilter) -> Tensor {
        require(shape.rank == 4, "\(name): shape \(shape) is not [n, h, w, c]")
        return filtered(rows: filter(shape[1]), columns: filter(shape[2]))
    }
}
