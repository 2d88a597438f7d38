import Testing

@testable import GANs

@Suite struct ImagePoolTests {
    @Test func `the pool gives what it is given until it is full, then half of it from before`() {
        let pool = ImagePool(capacity: 10, size: 1, channels: 1)
        var random = RandomStream(seed: 1, purpose: .replayedImages)
        func exchange(_ number: Int) -> Int {
            Int(pool.exchange(Tensor([Scalar(number)], shape: [1, 1, 1, 1]), &random).scalar)
        }
        #expect((0..<10).map(exchange) == Array(0..<10))
        let shown = (10..<1010).map { (asked: $0, given: exchange($0)) }
        let old = shown.filter { $0.given != $0.asked }
        #expect((450...550).contains(old.count))
        // What was shown again has left the pool.
        #expect(Set(old.map(\.given)).count == old.count && old.allSatisfy { $0.given < $0.asked })
        #expect(pool.images.count == 10)
    }
}
