import Checkpoints
import Images
import Networks
import Tensors

/// The features that FID is published with: of Inception v3 in the layout of pytorch-fid, from a file that
/// the user has.
///
/// Images are brought to 299x299 as that program does: by bilinear interpolation between pixel centers,
/// without averaging when they shrink.
///
/// - Source: Heusel et al. 2017, "GANs trained by a two time-scale update rule", section 4.
public struct InceptionFeatures: FeatureNetwork {
    private let network: InceptionV3

    /// - Parameter path: a safetensors file with the tensors of pytorch-fid's `pt_inception-2015-12-05`.
    /// - Throws: `ConfigurationError`, of the setting `features`, if the file cannot be read, lacks a
    ///   weight, or holds numbers that are not finite.
    public init(path: String) throws(ConfigurationError) {
        var source = ParameterSource.counting
        let network = InceptionV3(from: &source)
        do throws(CheckpointError) {
            // Counters of training batches, which older files lack, mean nothing here.
            let needed = network.state.filter { if case .counter = $0.value { false } else { true } }
            try Checkpoint.read(needed, prefix: "", from: SafetensorsFile(path: path))
        } catch {
            throw InceptionFeatures.refusal(path, "\(error)")
        }
        guard network.isFinite else {
            throw InceptionFeatures.refusal(path, "\(path) holds weights that are no numbers")
        }
        self.init(network)
    }

    package init(_ network: InceptionV3) { self.network = network }

    /// What it is called in a report.
    public var name: String { "Inception" }
    /// Numbers of each feature vector.
    public var dimension: Int { InceptionV3.dimension }
    /// Images that go through it together.
    public var atATime: Int { 8 }

    /// The image itself; features resize it without rounding to bytes.
    public func prepared(_ image: Image) -> Image { image }

    /// - Shapes: `[n, h, w, 3]` in [-1, 1] to `[n, 2048]`.
    public func features(of images: Tensor) -> Tensor {
        network(images.bilinearlyResized(height: InceptionV3.side, width: InceptionV3.side), .inference)
    }

    private static func refusal(_ path: String, _ reason: String) -> ConfigurationError {
        ConfigurationError(
            "features", "inception \(path)",
            "\(reason); needed are the weights of pytorch-fid, which Python writes by: import torch, "
                + "safetensors.torch; safetensors.torch.save_file(torch.load("
                + "\"pt_inception-2015-12-05-6726825d.pth\"), \"inception.safetensors\")")
    }
}

extension Tensor {
    /// Bilinear interpolation between pixel centers, without averaging when images shrink, as PyTorch's
    /// `interpolate` with `align_corners=False`.
    ///
    /// - Shapes: `[n, h, w, c]` to `[n, height, width, c]`.
    /// - Differentiable: no.
    fileprivate func bilinearlyResized(height: Int, width: Int) -> Tensor {
        let (rows, columns) = (BilinearTaps(shape[1], height), BilinearTaps(shape[2], width))
        let (channels, stride) = (shape[3], shape[2] * shape[3])
        return Tensor(filling: [shape[0], height, width, channels]) { target in
            withScalars { source in
                for row in 0..<shape[0] * height {
                    let (image, y) = (row / height * shape[1] * stride, row % height)
                    let (top, bottom) = (image + rows.first[y] * stride, image + rows.second[y] * stride)
                    for x in 0..<width {
                        let (left, right) = (columns.first[x] * channels, columns.second[x] * channels)
                        for channel in 0..<channels {
                            func between(_ line: Int) -> Scalar {
                                let (a, b) = (source[line + left + channel], source[line + right + channel])
                                return a + (b - a) * columns.share[x]
                            }
                            let (a, b) = (between(top), between(bottom))
                            target[(row * width + x) * channels + channel] = a + (b - a) * rows.share[y]
                        }
                    }
                }
            }
        }
    }
}

/// The two pixels that each pixel of the result lies between along one direction, and the second one's share.
private struct BilinearTaps {
    var (first, second, share): ([Int], [Int], [Scalar]) = ([], [], [])

    init(_ extent: Int, _ newExtent: Int) {
        for index in 0..<newExtent {
            let place = max(0, (Double(index) + 0.5) * Double(extent) / Double(newExtent) - 0.5)
            first.append(min(Int(place), extent - 1))
            second.append(min(first[index] + 1, extent - 1))
            share.append(Scalar(place - Double(first[index])))
        }
    }
}
