#if os(Linux)
  import NetAdapterCore

  /// A line of standard input that switches an offload: `left lso4 off`.
  struct BridgeRequest {
    /// What can be switched.
    enum Offload: String, CaseIterable {
      case lso4
      case lso6
      case uso4
      case uso6
      case checksum
      case rsc
    }

    /// The line.
    let text: String
    /// `left` or `right`.
    let side: String
    let offload: Offload
    let isOn: Bool

    /// Reads a line; nil for an empty one and for a comment.
    ///
    /// - Throws: ``Failure`` with the form that is needed.
    init?(_ line: String) throws(Failure) {
      let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
      guard let first = words.first, !first.hasPrefix("#") else { return nil }
      text = words.joined(separator: " ")
      let offload = words.count == 3 ? Offload(rawValue: words[1]) : nil
      guard let offload, ["left", "right"].contains(first), ["on", "off"].contains(words[2]) else {
        throw Failure(
          "`\(text)`: a line such as `left lso4 off` is needed: left or right, then "
            + Offload.allCases.map(\.rawValue).joined(separator: ", ") + ", then on or off")
      }
      (side, self.offload, isOn) = (first, offload, words[2] == "on")
    }

    /// The request of a protocol; nil for coalescing, which the side requests.
    ///
    /// It leaves the keywords as given, so it cannot enable what a keyword disables.
    var parameters: OffloadParameters? {
      var request = OffloadParameters()
      request.skipsRegistryUpdate = true
      let state: OffloadParameters.Switch = isOn ? .enabled : .disabled
      switch offload {
      case .lso4: (request.lsoV1, request.lsoV2IPv4) = (state, state)
      case .lso6: request.lsoV2IPv6 = state
      case .uso4: request.usoIPv4 = state
      case .uso6: request.usoIPv6 = state
      case .checksum:
        let state: OffloadParameters.Checksum = isOn ? .txEnabled : .disabled
        (request.tcpIPv4Checksum, request.tcpIPv6Checksum) = (state, state)
        (request.udpIPv4Checksum, request.udpIPv6Checksum) = (state, state)
      case .rsc: return nil
      }
      return request
    }
  }
#endif
