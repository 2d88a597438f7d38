import CLoops
import Foundation
import Kernels

/// An affine transform of an image about its center.
///
/// It is stored as its inverse, which maps each position of the result to the position in the image that is
/// read: translations by whole pixels, flips and quarter turns are exact, and so are their compositions.
public struct PlaneTransform: Hashable, Sendable {
    /// The inverse: the rows of its matrix, then its translation, in pixels to the right and down.
    private var (xx, xy, yx, yy) = (1.0, 0.0, 0.0, 1.0)
    private var (x, y) = (0.0, 0.0)

    /// The transform that changes nothing.
    public static let identity = PlaneTransform(xx: 1, xy: 0, yx: 0, yy: 1)

    private init(xx: Double, xy: Double, yx: Double, yy: Double, x: Double = 0, y: Double = 0) {
        (self.xx, self.xy, self.yx, self.yy, self.x, self.y) = (xx, xy, yx, yy, x, y)
    }

    /// A translation to the right and down, in pixels.
    public static func translation(x: Double, y: Double) -> PlaneTransform {
        PlaneTransform(xx: 1, xy: 0, yx: 0, yy: 1, x: -x, y: -y)
    }

    /// A scaling: factors above 1 enlarge, those below 1 shrink, and 0 is not allowed.
    public static func scaling(x: Double, y: Double) -> PlaneTransform {
        PlaneTransform(xx: 1 / x, xy: 0, yx: 0, yy: 1 / y)
    }

    /// The horizontal flip.
    public static let mirroring = PlaneTransform(xx: -1, xy: 0, yx: 0, yy: 1)

    /// A clockwise rotation, in radians.
    public static func rotation(_ angle: Double) -> PlaneTransform {
        let (sine, cosine) = (sin(angle), cos(angle))
        return PlaneTransform(xx: cosine, xy: sine, yx: -sine, yy: cosine)
    }

    /// A clockwise rotation by quarter turns.
    public static func quarterTurns(_ count: Int) -> PlaneTransform {
        let sine = [0.0, 1, 0, -1][count & 3]
        let cosine = [1.0, 0, -1, 0][count & 3]
        return PlaneTransform(xx: cosine, xy: sine, yx: -sine, yy: cosine)
    }

    /// This transform and then another.
    public func then(_ next: PlaneTransform) -> PlaneTransform {
        // A position of the result is mapped back through the last transform first.
        PlaneTransform(
            xx: xx * next.xx + xy * next.yx, xy: xx * next.xy + xy * next.yy,
            yx: yx * next.xx + yy * next.yx, yy: yx * next.xy + yy * next.yy,
            x: xx * next.x + xy * next.y + x, y: yx * next.x + yy * next.y + y)
    }

    /// How images are padded past their edges.
    public enum Border: Hashable, Sendable {
        case zeros
        /// Reflection at the outermost pixels.
        case mirrored
    }

    /// Whether positions stay far from where a Double could not count pixels.
    fileprivate var isSound: Bool { [xx, xy, yx, yy, x, y].allSatisfy { abs($0) < 1e6 } }

    fileprivate func resampling(of shape: Shape, _ border: Border) -> CLoops.resampling {
        CLoops.resampling(
            height: shape[1], width: shape[2], channels: shape[3], xx: xx, xy: xy, x: x, yx: yx, yy: yy, y: y,
            mirrored: border == .mirrored ? 1 : 0)
    }
}

extension Tensor {
    /// Transforms each image by its own transform, with bilinear interpolation.
    ///
    /// - Shapes: `[n, h, w, c]`, with n transforms; the result has the same shape.
    /// - Differentiable: to any order.
    /// - Parameter border: how images are padded.
    public func resampled(
        by transforms: [PlaneTransform], border: PlaneTransform.Border = .zeros
    ) -> Tensor {
        resampled(by: transforms, border, isAdjoint: false)
    }

    /// Resampling is linear, so its gradient is its adjoint, whose gradient is resampling again.
    private func resampled(
        by transforms: [PlaneTransform], _ border: PlaneTransform.Border, isAdjoint: Bool
    ) -> Tensor {
        require(
            shape.rank == 4 && shape[0] == transforms.count,
            "resampled: \(transforms.count) transforms do not fit images \(shape)")
        require(
            transforms.allSatisfy(\.isSound) && shape.count < Int32.max,
            "resampled: a transform of images \(shape) is not finite or moves them out of sight")
        let result = Storage(shape.count)
        let imageCount = shape[1] * shape[2] * shape[3]
        Parallel.forEachRows(of: shape[0], columns: imageCount) { images in
            for image in images {
                let first = image * imageCount
                (isAdjoint ? loop_resample_adjoint : loop_resample)(
                    result.pointer + first, pointer + first, transforms[image].resampling(of: shape, border)
                )
            }
        }
        return Tensor(
            result, shape, from: [self],
            Operation(name: "resampled", uses: [[]]) {
                [$0.cotangent.resampled(by: transforms, border, isAdjoint: !isAdjoint)]
            })
    }
}
