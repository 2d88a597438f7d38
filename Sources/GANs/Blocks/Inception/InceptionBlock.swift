import Networks
import Tensors

/// A block of Inception v3: branches of the same input, whose outputs are concatenated.
final class InceptionBlock: Layer {
    /// Steps, one after the other.
    typealias Branch = [Step]

    /// What a branch is made of.
    indirect enum Step {
        /// Of stride 1 it keeps the size; of stride 2 it takes no padding.
        case convolution(String, Int, height: Int, width: Int, stride: Int)
        case pool(InceptionPool)
        /// Branches within a branch.
        case fork([Branch])
    }

    /// Channels of the output.
    let outputs: Int
    let members: [(name: String, part: Any)]
    private let branches: [Branch]
    private let layers: [String: InceptionConvolution]

    init(inputs: Int, _ branches: [Branch], from source: inout ParameterSource) {
        var layers: [(name: String, layer: InceptionConvolution)] = []
        outputs = InceptionBlock.build(branches, inputs, &layers, &source)
        members = layers.map { ($0.name, $0.layer) }
        self.layers = Dictionary(uniqueKeysWithValues: layers.map { ($0.name, $0.layer) })
        self.branches = branches
    }

    private static func build(
        _ branches: [Branch], _ inputs: Int, _ layers: inout [(name: String, layer: InceptionConvolution)],
        _ source: inout ParameterSource
    ) -> Int {
        var outputs = 0
        for branch in branches {
            var channels = inputs
            for step in branch {
                switch step {
                case .convolution(let name, let width, let rows, let columns, let stride):
                    let window =
                        stride == 1
                        ? ConvolutionWindow(verticalPadding: rows / 2, horizontalPadding: columns / 2)
                        : ConvolutionWindow(stride: stride)
                    let layer = InceptionConvolution(
                        inputs: channels, outputs: width, kernel: (rows, columns), window: window,
                        from: &source)
                    layers.append((name, layer))
                    channels = width
                case .pool: break
                case .fork(let parts): channels = build(parts, channels, &layers, &source)
                }
            }
            outputs += channels
        }
        return outputs
    }

    func callAsFunction(_ input: Tensor, _ context: ForwardContext) -> Tensor {
        output(of: branches, input, context)
    }

    private func output(of branches: [Branch], _ input: Tensor, _ context: ForwardContext) -> Tensor {
        let outputs = branches.map { branch in
            branch.reduce(input) { activations, step in
                switch step {
                case .convolution(let name, _, _, _, _):
                    guard let layer = layers[name] else { fatalError("the block has no layer \(name)") }
                    return layer(activations, context)
                case .pool(let pool): return pool(activations, context)
                case .fork(let parts): return output(of: parts, activations, context)
                }
            }
        }
        return .concatenated(outputs, axis: 3)
    }
}

/// The blocks of Szegedy et al. 2016, in their order, with the channels and names of the release.
extension InceptionBlock {
    private static func layer(
        _ name: String, _ outputs: Int, _ height: Int = 1, _ width: Int = 1, stride: Int = 1
    ) -> Step { .convolution(name, outputs, height: height, width: width, stride: stride) }

    /// Figure 5.
    static func fine(pooled: Int) -> [Branch] {
        [
            [layer("branch1x1", 64)],
            [layer("branch5x5_1", 48), layer("branch5x5_2", 64, 5, 5)],
            [
                layer("branch3x3dbl_1", 64), layer("branch3x3dbl_2", 96, 3, 3),
                layer("branch3x3dbl_3", 96, 3, 3),
            ],
            [.pool(InceptionPool(.mean)), layer("branch_pool", pooled)],
        ]
    }

    /// Figure 10, from 35x35 to 17x17.
    static let firstReduction: [Branch] = [
        [layer("branch3x3", 384, 3, 3, stride: 2)],
        [
            layer("branch3x3dbl_1", 64), layer("branch3x3dbl_2", 96, 3, 3),
            layer("branch3x3dbl_3", 96, 3, 3, stride: 2),
        ],
        [.pool(InceptionPool(.largest, stride: 2))],
    ]

    /// Figure 6, with n = 7.
    static func factored(width: Int) -> [Branch] {
        [
            [layer("branch1x1", 192)],
            [
                layer("branch7x7_1", width), layer("branch7x7_2", width, 1, 7),
                layer("branch7x7_3", 192, 7, 1),
            ],
            [
                layer("branch7x7dbl_1", width), layer("branch7x7dbl_2", width, 7, 1),
                layer("branch7x7dbl_3", width, 1, 7), layer("branch7x7dbl_4", width, 7, 1),
                layer("branch7x7dbl_5", 192, 1, 7),
            ],
            [.pool(InceptionPool(.mean)), layer("branch_pool", 192)],
        ]
    }

    /// Figure 10, from 17x17 to 8x8.
    static let secondReduction: [Branch] = [
        [layer("branch3x3_1", 192), layer("branch3x3_2", 320, 3, 3, stride: 2)],
        [
            layer("branch7x7x3_1", 192), layer("branch7x7x3_2", 192, 1, 7),
            layer("branch7x7x3_3", 192, 7, 1), layer("branch7x7x3_4", 192, 3, 3, stride: 2),
        ],
        [.pool(InceptionPool(.largest, stride: 2))],
    ]

    /// Figure 7.
    static func coarse(pooling: InceptionPool.Kind) -> [Branch] {
        [
            [layer("branch1x1", 320)],
            [
                layer("branch3x3_1", 384),
                .fork([[layer("branch3x3_2a", 384, 1, 3)], [layer("branch3x3_2b", 384, 3, 1)]]),
            ],
            [
                layer("branch3x3dbl_1", 448), layer("branch3x3dbl_2", 384, 3, 3),
                .fork([[layer("branch3x3dbl_3a", 384, 1, 3)], [layer("branch3x3dbl_3b", 384, 3, 1)]]),
            ],
            [.pool(InceptionPool(pooling)), layer("branch_pool", 192)],
        ]
    }
}
