import Images

/// What networks are built by that double maps of a few pixels to the images' size, or halve images to them.
///
/// Both sides are halved as long as they stay whole and at least 3 pixels: 64x64 begins at 4x4, as published, 64x96
/// at 4x6, and 48x64 at 3x4. Such networks have the layers and channels of those for squares that are doubled as often
/// from 4x4: the same weights, but for what belongs to each pixel of the first map.
extension ImageSize {
    /// How often the first map is doubled.
    var doublings: Int {
        var (size, count) = (self, 0)
        while size.width.isMultiple(of: 2), size.height.isMultiple(of: 2), size.shortSide / 2 >= 3 {
            (size, count) = (size.map { $0 / 2 }, count + 1)
        }
        return count
    }

    /// The first map: 4x4 for squares whose side is a power of two.
    var firstMap: ImageSize { map { $0 >> doublings } }

    /// The side of the squares that are doubled as often from 4x4, in pixels.
    var doubledSide: Int { 4 << doublings }

    /// The map of these images where networks for squares have one of a side from 4 on, in pixels.
    func map(at side: Int) -> ImageSize { firstMap.map { $0 * side / 4 } }
}
