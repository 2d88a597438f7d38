import Testing

@testable import Kernels

@Suite struct UnusedBlocksTests {
    private func block(_ address: UInt, _ bytes: Int) -> UnusedBlocks.Block {
        UnusedBlocks.Block(address: address, bytes: bytes)
    }

    @Test func `the smallest block that is large enough is cut`() {
        var blocks = UnusedBlocks()
        for (address, bytes) in [(1000, 300), (2000, 100), (3000, 200)] as [(UInt, Int)] {
            blocks.give(block(address, bytes))
        }
        #expect(blocks.take(150) == 3000)
        #expect(blocks.take(60) == 2000)
        #expect(blocks.take(50) == 3150)
        #expect(blocks.take(301) == nil)
        #expect(blocks.take(300) == 1000)
        #expect(blocks.bytes == 40)
        #expect(blocks.removeAll() == [block(2060, 40)] && blocks.bytes == 0)
    }

    @Test func `blocks that touch each other are one`() {
        for order in [[0, 1, 2], [2, 1, 0], [0, 2, 1], [1, 0, 2]] {
            var blocks = UnusedBlocks()
            for place in order { blocks.give(block(UInt(1000 + 100 * place), 100)) }
            #expect(blocks.removeAll() == [block(1000, 300)])
        }
    }

    @Test func `nothing is given twice or lost, whatever the order`() {
        var stream = RandomStream(seed: 1, purpose: .drawing)
        var blocks = UnusedBlocks()
        var taken: [UnusedBlocks.Block] = []
        blocks.give(block(0x10000, 1 << 16))
        for _ in 0..<10_000 {
            if !taken.isEmpty && stream.integer(in: 0..<2) == 0 {
                blocks.give(taken.remove(at: stream.integer(in: taken.indices)))
            } else {
                let bytes = 64 * stream.integer(in: 1..<65)
                guard let address = blocks.take(bytes) else { continue }
                let new = block(address, bytes)
                #expect(!taken.contains { $0.address < new.end && new.address < $0.end })
                taken.append(new)
            }
            #expect(blocks.bytes + taken.map(\.bytes).reduce(0, +) == 1 << 16)
        }
        for block in taken { blocks.give(block) }
        #expect(blocks.removeAll() == [block(0x10000, 1 << 16)])
    }
}
