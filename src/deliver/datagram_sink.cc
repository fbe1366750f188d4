#include "deliver/datagram_sink.h"

#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <utility>

#include "deliver/wait.h"

namespace busyhour {
namespace {

// Datagrams a system call.
constexpr std::size_t kAtOnce = 64;

}  // namespace

DatagramSink::DatagramSink(Uri uri) : uri_(std::move(uri)) {}

DatagramSink::~DatagramSink() {
  if (fd_ >= 0) ::close(fd_);
}

Status DatagramSink::Open() {
  std::vector<SocketAddress> addresses;
  if (Status status = FindAddresses(uri_, SOCK_DGRAM, addresses);
      !status.ok()) {
    return status;
  }
  int error = 0;
  for (const SocketAddress& address : addresses) {
    fd_ = ::socket(address.address.ss_family,
                   SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd_ >= 0 &&
        ::connect(fd_, reinterpret_cast<const sockaddr*>(&address.address),
                  address.length) == 0) {
      return Status::Ok();
    }
    error = errno;
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  return Status::Failed("cannot send to " + uri_.text + ": " +
                        std::strerror(error));
}

void DatagramSink::Send(Batch& batch) {
  batch_ = &batch;
  next_ = 0;
  refused_.clear();
  Write();
}

void DatagramSink::Write() {
  std::array<mmsghdr, kAtOnce> headers;
  std::array<iovec, kAtOnce> pieces;
  while (batch_ != nullptr) {
    const std::size_t count = std::min(kAtOnce, batch_->ends.size() - next_);
    if (count == 0) {
      End(Receipt::Kind::kAcknowledged, refusal_);
      return;
    }
    for (std::size_t i = 0; i < count; ++i) {
      const std::string_view message = batch_->message(next_ + i);
      pieces[i] = {const_cast<char*>(message.data()), message.size()};
      headers[i] = {};
      headers[i].msg_hdr.msg_iov = &pieces[i];
      headers[i].msg_hdr.msg_iovlen = 1;
    }
    const int sent = ::sendmmsg(fd_, headers.data(),
                                static_cast<unsigned>(count), MSG_NOSIGNAL);
    if (sent > 0) {
      next_ += static_cast<std::size_t>(sent);
    } else if (errno == EMSGSIZE) {
      refusal_ = "datagram too long";
      refused_.push_back(static_cast<std::uint32_t>(next_++));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) {
      return;
    } else if (errno != EINTR) {
      // Of an earlier datagram: the system tells with the next one.
      End(Receipt::Kind::kRetry,
          errno == ECONNREFUSED ? "port unreachable" : std::strerror(errno));
    }
  }
}

void DatagramSink::End(Receipt::Kind kind, std::string error) {
  Receipt receipt;
  receipt.batch = batch_;
  receipt.kind = kind;
  receipt.error = std::move(error);
  receipt.refused = refused_;
  receipt.may_have_arrived = next_ > 0;
  ready_.push_back(std::move(receipt));
  batch_ = nullptr;
  refusal_.clear();
}

void DatagramSink::Poll(std::chrono::nanoseconds wait,
                        std::vector<Receipt>& receipts) {
  if (ready_.empty() && batch_ == nullptr) {
    SleepFor(wait);
  } else if (ready_.empty()) {
    pollfd one{fd_, POLLOUT, 0};
    if (WaitFor(one, wait)) Write();
  }
  std::move(ready_.begin(), ready_.end(), std::back_inserter(receipts));
  ready_.clear();
}

}  // namespace busyhour
