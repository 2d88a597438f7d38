import Foundation
import GANs
import TestSupport
import Testing

@testable import Studio

@Suite struct WalkAnimationTests {
    private func walk(frames: Int, isLoop: Bool) -> WalkAnimation {
        WalkAnimation(
            generator: GeneratorChoice(checkpoint: ""), ends: [.seed(3), .seed(4)], frames: frames,
            isLoop: isLoop)
    }

    @Compute
    @Test(arguments: ["styles-64", "avatars-64"])
    func `the file is what gan interpolate writes`(checkpoint: String) async throws {
        let trained = try TrainedGenerator(path: "\(SmallGenerators.folder)/\(checkpoint).safetensors")
        let playground = LatentPlayground(trained, label: nil)
        var shares: [Double] = []
        let file = try await walk(frames: 3, isLoop: true).file(of: playground) { shares.append($0) }
        #expect(shares.count == 6 && shares == shares.sorted())
        let space = LatentSpace(stylesOf: trained) ?? LatentSpace(trained)
        let path = space.path(through: space.latents(seeds: [3, 4]), framesPerLeg: 3, isLoop: true)
        // One image at a time, as the studio makes them.
        let images = (0..<6).map { space.images(of: path.sliced(axis: 0, $0..<$0 + 1))[0] }
        try withTemporaryFolder { folder in
            try AnimationFile.write(images, secondsPerFrame: 0.05, to: folder + "/walk.gif")
            #expect(try Data(contentsOf: URL(fileURLWithPath: folder + "/walk.gif")) == file)
        }
    }

    @Test func `a loop goes back without its ends twice`() {
        #expect(walk(frames: 2, isLoop: false).shares == [0, 0.5, 1])
        #expect(walk(frames: 2, isLoop: true).shares == [0, 0.5, 1, 0.5])
        #expect(walk(frames: 1, isLoop: true).shares == [0, 1])
    }

    @Test(arguments: [0, -1, 201, Int.max]) func `lengths that are no walk's are refused`(frames: Int) {
        #expect(throws: StudioError.self) { try walk(frames: frames, isLoop: true).check(size: 64) }
    }

    @Test func `no more images are made than memory holds`() throws {
        try walk(frames: 64, isLoop: true).check(size: 512)
        #expect(throws: StudioError.self) { try walk(frames: 65, isLoop: true).check(size: 512) }
    }
}
