import Images
import Networks
import Tensors

/// A latent for each seed: the same seed gives the same latent, whatever stands beside it.
///
/// - Shapes: `[seeds, latentSize]`, standard normal.
public func latents(seeds: [UInt64], latentSize: Int) -> Tensor {
    Tensor(filling: [seeds.count, latentSize]) { buffer in
        guard let start = buffer.baseAddress else { return }
        for (row, seed) in seeds.enumerated() {
            var stream = RandomStream(seed: seed, purpose: .latents)
            stream.fillNormal(start + row * latentSize, count: latentSize)
        }
    }
}

/// The images a trained generator makes of latents, some at a time so that memory stays small.
///
/// - Shapes: latents `[n, latentSize]` and, of a class-conditional generator, one-hot labels
///   `[n, classes]` to n images.
/// - Parameter progress: told now and then how many are done.
public func images(
    _ generator: any Layer, latents: Tensor, labels: Tensor? = nil,
    progress: (_ done: Int) -> Void = { _ in }
) -> [Image] {
    (0..<latents.shape[0]).pieces(of: LatentSpace.atATime).flatMap { chosen in
        defer { progress(chosen.upperBound) }
        return images(
            generator(
                latents.sliced(axis: 0, chosen), .inference(labels: labels?.sliced(axis: 0, chosen))))
    }
}

/// Images from a tensor.
///
/// - Shapes: `[n, height, width, channels]` in [-1, 1].
public func images(_ tensor: Tensor) -> [Image] {
    let shape = tensor.shape
    require(shape.rank == 4, "images: shape \(shape) is not [n, height, width, channels]")
    let samples = tensor.bytes()
    let count = shape[1] * shape[2] * shape[3]
    return (0..<shape[0]).map { index in
        Image(
            width: shape[2], height: shape[1], channels: shape[3],
            pixels: Array(samples[index * count..<(index + 1) * count]))
    }
}
