/// What frames are compared with of ``GsoCapabilities``: small, and without a callback to keep alive.
package struct GsoLimits: Sendable {
  package let layer3: Layer3Flags
  package let layer4: Layer4Flags
  package let layer4HeaderOffsetLimit: Int
  package let maximumOffloadSize: Int
  package let minimumSegmentCount: Int

  package init(_ gso: GsoCapabilities) {
    (layer3, layer4) = (gso.layer3, gso.layer4)
    layer4HeaderOffsetLimit = Int(gso.layer4HeaderOffsetLimit)
    maximumOffloadSize = gso.maximumOffloadSize
    minimumSegmentCount = gso.minimumSegmentCount
  }
}
