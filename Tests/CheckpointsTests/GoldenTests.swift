import TestSupport
import Testing

/// The support that other tests stand on.
@Suite struct GoldenTests {
    @Test func `fixtures load with names, shapes and values`() throws {
        let golden = try Golden.load("dcgan16")
        #expect(golden.about.contains("torch"))
        #expect(golden["initial.generator.main.0.weight"].shape == [10, 16, 4, 4])
        #expect(golden["final.discriminator.main.3.num_batches_tracked"].values == [30])
        #expect(golden["reals"].shape == [10, 8, 16, 16, 3])
        #expect(golden["reals"].values.allSatisfy { (0...255).contains($0) })
        #expect(golden["loss.generator"].floats.count == 10)
    }

    @Test func `activations are channels last`() throws {
        let golden = try Golden.load("conv2d_k3s2p0")
        let (input, weight, output) = (golden["input"], golden["weight"], golden["output"])
        #expect(input.shape == [1, 9, 6, 3])
        #expect(output.shape == [1, 4, 2, 2])
        // The output at row 3, column 1, channel 1 by hand.
        var sum = 0.0
        for row in 0..<3 {
            for column in 0..<3 {
                for channel in 0..<3 {
                    sum +=
                        input.values[((6 + row) * 6 + 2 + column) * 3 + channel]
                        * weight.values[((3 + channel) * 3 + row) * 3 + column]
                }
            }
        }
        expectClose([output.values[(3 * 2 + 1) * 2 + 1]], [sum], absolute: 1e-12, relative: 0)
    }

    @Test func `closeness is judged by element`() {
        expectClose([1, 100] as [Float], [1.00001, 100.01], absolute: 2e-5, relative: 1e-4)
        withKnownIssue {
            expectClose([1, 2], [1, 2.1])
        } matching: {
            $0.description.contains("1 of 2 elements differ, most at 1: 2.0 where 2.1 is expected")
        }
        withKnownIssue { expectClose([1, .nan], [1, 2]) }
        withKnownIssue { expectClose([1], [1, 2]) }
    }
}
