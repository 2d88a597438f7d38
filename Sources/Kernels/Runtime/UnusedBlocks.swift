/// Blocks of memory that nobody uses, of which parts are taken again: the smallest block that is large enough is cut, and
/// blocks that touch each other are one.
struct UnusedBlocks: ~Copyable {
    /// In the order of their addresses; no two touch each other.
    private var blocks: [Block] = []
    /// Of all blocks.
    private(set) var bytes = 0

    struct Block: Equatable {
        var address: UInt
        var bytes: Int

        var end: UInt { address + UInt(bytes) }
    }

    /// - Returns: the address of so many bytes; nil if no block has them.
    mutating func take(_ bytes: Int) -> UInt? {
        var smallest: Int?
        for place in blocks.indices where blocks[place].bytes >= bytes {
            if smallest.map({ blocks[place].bytes < blocks[$0].bytes }) ?? true { smallest = place }
        }
        guard let place = smallest else { return nil }
        let block = blocks[place]
        if block.bytes == bytes {
            blocks.remove(at: place)
        } else {
            blocks[place] = Block(address: block.address + UInt(bytes), bytes: block.bytes - bytes)
        }
        self.bytes -= bytes
        return block.address
    }

    /// Adds a block that touches no other than at its ends.
    mutating func give(_ block: Block) {
        var (place, upper) = (0, blocks.count)
        while place < upper {
            let middle = (place + upper) / 2
            if blocks[middle].address < block.address { place = middle + 1 } else { upper = middle }
        }
        bytes += block.bytes
        var block = block
        if place < blocks.count, blocks[place].address == block.end {
            block.bytes += blocks.remove(at: place).bytes
        }
        if place > 0, blocks[place - 1].end == block.address {
            blocks[place - 1].bytes += block.bytes
        } else {
            blocks.insert(block, at: place)
        }
    }

    /// Gives up all blocks.
    mutating func removeAll() -> [Block] {
        defer { (blocks, bytes) = ([], 0) }
        return blocks
    }
}
