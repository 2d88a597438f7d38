import Datasets
import Images
import Tensors

/// A part of an image, as it is shown.
public struct ImagePart: Sendable {
    let x: Int
    let y: Int
    let isMirrored: Bool
}

extension Dataset {
    /// Parts of images as `[n, height, width, channels]` in [-1, 1].
    func tensor(_ parts: [(index: Int, part: ImagePart)], size: ImageSize) -> Tensor {
        let shape: Shape = [parts.count, size.height, size.width, format.channels]
        var bytes: [UInt8] = []
        bytes.reserveCapacity(shape.count)
        forEachPixel(of: parts, size: size) { bytes += $0 }
        return Tensor(bytes: bytes, shape: shape)
    }

    /// Parts of label maps as `[n, height, width, count]`, 1 at each pixel's label and 0 elsewhere.
    func oneHot(_ parts: [(index: Int, part: ImagePart)], size: ImageSize, count: Int) -> Tensor {
        Tensor(filling: [parts.count, size.height, size.width, count]) { target in
            target.update(repeating: 0)
            var next = 0
            forEachPixel(of: parts, size: size) { pixel in
                let label = Int(pixel[pixel.startIndex])
                require(label < count, "oneHot: label \(label) is none of \(count)")
                target[next + label] = 1
                next += count
            }
        }
    }

    private func forEachPixel(
        of parts: [(index: Int, part: ImagePart)], size: ImageSize,
        _ body: (Slice<UnsafeBufferPointer<UInt8>>) -> Void
    ) {
        for (index, part) in parts {
            withPixels(at: index) { pixels in
                for y in 0..<size.height {
                    for x in 0..<size.width {
                        let column = part.x + (part.isMirrored ? size.width - 1 - x : x)
                        let source = ((part.y + y) * format.width + column) * format.channels
                        body(pixels[source..<source + format.channels])
                    }
                }
            }
        }
    }
}
