import Foundation
import Testing

@testable import Kernels

@Suite struct RandomStreamTests {
    /// Philox4x32-10 as its paper writes it, to compare the stream with: one round at a time over arrays.
    static func philox(counter: [UInt32], key: [UInt32]) -> [UInt32] {
        var (counter, key) = (counter, key)
        for _ in 0..<10 {
            let first = counter[0].multipliedFullWidth(by: 0xD251_1F53)
            let second = counter[2].multipliedFullWidth(by: 0xCD9E_8D57)
            counter = [
                second.high ^ counter[1] ^ key[0], second.low, first.high ^ counter[3] ^ key[1], first.low,
            ]
            key = [key[0] &+ 0x9E37_79B9, key[1] &+ 0xBB67_AE85]
        }
        return counter
    }

    /// The vectors that the generator's authors publish with Random123 1.14 for `philox4x32 10`.
    @Test func referenceGivesThePublishedAnswers() {
        #expect(
            Self.philox(counter: [0, 0, 0, 0], key: [0, 0])
                == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
        #expect(
            Self.philox(counter: Array(repeating: .max, count: 4), key: [.max, .max])
                == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
        #expect(
            Self.philox(
                counter: [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                key: [0xa409_3822, 0x299f_31d0]) == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
    }

    /// A stream as it lies in a checkpoint.
    static func decode(seed: UInt64, purpose: UInt32, index: UInt64, position: UInt64) throws -> RandomStream
    {
        let json = #"{"seed":\#(seed),"purpose":\#(purpose),"index":\#(index),"position":\#(position)}"#
        return try JSONDecoder().decode(RandomStream.self, from: Data(json.utf8))
    }

    /// The counter of the all-zero vector is one that a stream has.
    @Test func startsAtTheFirstPublishedVector() throws {
        var stream = try Self.decode(seed: 0, purpose: 0, index: 0, position: 0)
        #expect(stream.next() == 0x6627_e8d5_e169_c58d)
        #expect(stream.next() == 0xbc57_ac4c_9b00_dbd8)
    }

    @Test(arguments: [0, 1, 2, 7, 0x1_0000_0001, 0x7fff_ffff_ffff_fff0] as [UInt64])
    func wordsFollowTheReference(position: UInt64) throws {
        let (seed, index) = (0x0123_4567_89ab_cdef as UInt64, 0xfedc_ba98 as UInt64)
        var stream = try Self.decode(seed: seed, purpose: 4, index: index, position: position)
        for offset in 0..<5 as Range<UInt64> {
            let block = (position + offset) / 2
            let words = Self.philox(
                counter: [
                    UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32), UInt32(index),
                    4,
                ], key: [UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)])
            let pair = (position + offset) % 2 == 0 ? words[0...1] : words[2...3]
            #expect(stream.next() == UInt64(pair.first!) << 32 | UInt64(pair.last!))
        }
        #expect(stream.position == position + 5)
    }

    @Test func streamsShareNoWords() {
        var streams = [RandomStream(seed: 1, purpose: .latents), RandomStream(seed: 2, purpose: .latents)]
        streams.append(RandomStream(seed: 1, purpose: .dropout))
        streams.append(RandomStream(seed: 1 << 32, purpose: .latents))
        for index in [1, 2, 1 << 32, 1 << 63] as [UInt64] {
            streams.append(RandomStream(seed: 1, purpose: .latents, index: index))
        }
        var seen: Set<UInt64> = []
        for var stream in streams {
            for _ in 0..<1000 { seen.insert(stream.next()) }
        }
        #expect(seen.count == 1000 * streams.count)
    }

    @Test func savedStreamsContinue() throws {
        var stream = RandomStream(seed: .max, purpose: .augmentation, index: .max - 1)
        for _ in 0..<7 { _ = stream.next() }
        let data = try JSONEncoder().encode(stream)
        var loaded = try JSONDecoder().decode(RandomStream.self, from: data)
        #expect(loaded == stream)
        #expect(loaded.seed == .max && loaded.index == .max - 1 && loaded.position == 7)
        #expect((0..<9).map { _ in loaded.next() } == (0..<9).map { _ in stream.next() })
    }

    @Test func uniformNumbersFillTheUnitInterval() {
        var stream = RandomStream(seed: 3, purpose: .drawing)
        let count = 100_000
        var bins = [Int](repeating: 0, count: 20)
        for _ in 0..<count {
            let number = stream.uniform()
            #expect(number >= 0 && number < 1)
            bins[Int(number * 20)] += 1
        }
        let expected = Double(count) / 20
        let chiSquared = bins.map { ($0 - Int(expected)) * ($0 - Int(expected)) }.reduce(0, +)
        // The 99.99th percentile with 19 degrees of freedom.
        #expect(Double(chiSquared) / expected < 50.8)
    }

    @Test func uniformNumbersKeepToTheirRange() {
        var stream = RandomStream(seed: 4, purpose: .drawing)
        let numbers = (0..<1000).map { _ in stream.uniform(in: -3..<5) }
        #expect(numbers.allSatisfy { $0 >= -3 && $0 < 5 })
        #expect(numbers.min()! < -2.9 && numbers.max()! > 4.9)
    }

    @Test func integersAreUniformInTheirRange() {
        var stream = RandomStream(seed: 8, purpose: .drawing)
        var uniform = stream
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0..<70_000 {
            let integer = stream.integer(in: -2..<5)
            // The same draw as a uniform number's, scaled and rounded down.
            #expect(integer == Int(uniform.uniform() * 7) - 2)
            counts[integer + 2] += 1
        }
        // Five standard deviations of a count.
        #expect(counts.allSatisfy { abs($0 - 10_000) < 5 * 93 })
        #expect(stream.integer(in: 3..<4) == 3 && stream.position == 70_001)
    }

    @Test func filledUniformNumbersStayBelowOne() {
        var stream = RandomStream(seed: 5, purpose: .dropout)
        let numbers = filled(100_001) { stream.fillUniform($0, count: $1) }
        #expect(numbers.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(abs(mean(numbers) - 0.5) < 0.005)
        #expect(abs(mean(numbers.map { $0 * $0 }) - 1.0 / 3) < 0.005)
    }

    @Test func filledNormalNumbersHaveTheMomentsOfTheBell() {
        var stream = RandomStream(seed: 6, purpose: .latents)
        let numbers = filled(200_000) { stream.fillNormal($0, count: $1) }
        // Five standard errors of each estimate.
        #expect(abs(mean(numbers)) < 0.012)
        #expect(abs(mean(numbers.map { $0 * $0 }) - 1) < 0.016)
        #expect(abs(mean(numbers.map { $0 * $0 * $0 })) < 0.044)
        #expect(abs(mean(numbers.map { $0 * $0 * $0 * $0 }) - 3) < 0.11)
        #expect(abs(Double(numbers.count { abs($0) > 2 }) / 200_000 - 0.0455) < 0.0024)
        // The two of a Box-Muller pair are independent, and so are neighbors of different pairs.
        for lag in 1...2 {
            #expect(abs(mean(zip(numbers, numbers.dropFirst(lag)).map { $0 * $1 })) < 0.012)
        }
    }

    @Test func oddCountsLeaveTheStreamAtTheNextPair() {
        var odd = RandomStream(seed: 7, purpose: .latents)
        var even = odd
        let three = filled(3) { odd.fillNormal($0, count: $1) }
        let four = filled(4) { even.fillNormal($0, count: $1) }
        #expect(three == Array(four.prefix(3)))
        #expect(odd == even && odd.position == 4)
    }

    private func filled(_ count: Int, _ fill: (UnsafeMutablePointer<Scalar>, Int) -> Void) -> [Scalar] {
        [Scalar](unsafeUninitializedCapacity: count) { buffer, initialized in
            fill(buffer.baseAddress!, count)
            initialized = count
        }
    }

    private func mean(_ numbers: [Scalar]) -> Double {
        numbers.map { Double($0) }.reduce(0, +) / Double(numbers.count)
    }
}
