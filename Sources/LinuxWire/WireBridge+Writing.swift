internal import VirtualNIC
internal import WireFormats

// What goes to the kernels.
extension WireBridge {
  /// Writes a frame to the kernel of a side.
  internal func write(_ header: VirtioNetHeader, _ frame: RawSpan, to side: WireSide) {
    guard failure.error == nil else { return }
    if let outlet { return outlet(side, header, frame) }
    do throws(WireEndError) {
      noteWritten(header, frame, to: side, try side.end.send(header, frame))
    } catch {
      failure.error = error
    }
  }

  /// Counts a frame that was to be written, and says so.
  internal func noteWritten(
    _ header: VirtioNetHeader, _ frame: RawSpan, to side: WireSide, _ result: WireSendResult
  ) {
    side.tally.value.count(result, header, byteCount: frame.byteCount)
    onWritten?(side, header, frame, result)
  }

  /// Takes segments from a NIC in batches, if its end takes them so and no frame is to be reported.
  internal func updateBatches() {
    for side in [left, right] where side.owner == ObjectIdentifier(self) {
      guard let end = side.batchEnd, onWritten == nil, outlet == nil else {
        side.nic.onReceiveBatch = nil
        continue
      }
      let outlet = WireOutlet(end, side.tally, failure)
      side.nic.onReceiveBatch = { frames, _ in outlet.write(frames) }
    }
  }
}
