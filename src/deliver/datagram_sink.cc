#include "deliver/datagram_sink.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <string_view>
#include <utility>

#include "base/system.h"
#include "deliver/wait.h"

namespace busyhour::internal {
namespace {

// Maximum bytes of batches for which answers may still arrive.
constexpr std::size_t kMostQueuedBytes = 16 << 20;

std::string DatagramError(int error) {
  switch (error) {
    case ECONNREFUSED:
      return "port unreachable";
    case EMSGSIZE:
      return "datagram too long";
    default:
      return std::strerror(error);
  }
}

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
    fd_ = OpenSocket(address.address.ss_family, SOCK_DGRAM);
    if (fd_ >= 0 &&
        ::connect(fd_, reinterpret_cast<const sockaddr*>(&address.address),
                  address.length) == 0) {
      KeepAnswers(fd_, address.address.ss_family);
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
  std::array<std::string_view, kMostDatagrams> datagrams;
  while (batch_ != nullptr) {
    const std::size_t count =
        std::min(kMostDatagrams, batch_->ends.size() - next_);
    if (count == 0) {
      End();
      return;
    }
    for (std::size_t i = 0; i < count; ++i) {
      datagrams[i] = batch_->message(next_ + i);
    }
    const int sent = SendDatagrams(fd_, {datagrams.data(), count});
    if (sent > 0) {
      next_ += static_cast<std::size_t>(sent);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) {
      return;
    } else if (errno == ECONNREFUSED) {
      // The error belongs to an earlier datagram; this one has not been sent.
      answer_ = DatagramError(ECONNREFUSED);
    } else if (errno != EINTR) {
      refusal_ = DatagramError(errno);
      refused_.push_back(static_cast<std::uint32_t>(next_++));
    }
  }
}

void DatagramSink::End() {
  Receipt receipt;
  receipt.batch = batch_;
  receipt.kind = Receipt::Kind::kProvisional;
  receipt.certainty = Certainty::kHandedOver;
  receipt.error = std::exchange(refusal_, {});
  receipt.refused = refused_;
  ready_.push_back(std::move(receipt));
  held_.push_back(
      {batch_, std::exchange(refused_, {}), SteadyNow() + kAnswerTime});
  held_bytes_ += batch_->bytes.size();
  batch_ = nullptr;
}

void DatagramSink::Settle() {
  if (const int error = TakeAnswer(fd_); error != 0) {
    answer_ = DatagramError(error);
  }
  const bool has_failed = !answer_.empty();
  const std::chrono::nanoseconds now = SteadyNow();
  while (!held_.empty() && (has_failed || held_.front().until <= now ||
                            held_bytes_ > kMostQueuedBytes)) {
    const Held& held = held_.front();
    Receipt receipt;
    receipt.batch = held.batch;
    receipt.certainty = Certainty::kHandedOver;
    // Records that were refused immediately are already counted.
    for (std::uint32_t i = 0; has_failed && i < held.batch->ends.size(); ++i) {
      if (!std::binary_search(held.refused.begin(), held.refused.end(), i)) {
        receipt.refused.push_back(i);
      }
    }
    if (!receipt.refused.empty()) receipt.error = answer_;
    held_bytes_ -= held.batch->bytes.size();
    ready_.push_back(std::move(receipt));
    held_.pop_front();
  }
  // The answer also applies to the current batch.
  if (batch_ == nullptr) answer_.clear();
}

void DatagramSink::Poll(std::chrono::nanoseconds wait,
                        std::vector<Receipt>& receipts) {
  Settle();
  if (ready_.empty()) {
    if (!held_.empty()) {
      wait = std::clamp<std::chrono::nanoseconds>(
          held_.front().until - SteadyNow(), std::chrono::nanoseconds(0), wait);
    }
    pollfd one{fd_, batch_ == nullptr ? short{0} : short{POLLOUT}, 0};
    if (WaitFor(one, wait) && batch_ != nullptr) Write();
    Settle();
  }
  std::move(ready_.begin(), ready_.end(), std::back_inserter(receipts));
  ready_.clear();
}

}  // namespace busyhour::internal
