#include "encode/members.h"

namespace busyhour::internal {
namespace {

// Finds the members of JSON text that is known to be valid.
class Walk {
 public:
  Walk(std::string_view text, std::vector<Member>& members)
      : text_(text), members_(members) {}

  void Object() {
    ++at_;
    for (;;) {
      SkipSpace();
      if (at_ >= text_.size() || text_[at_] == '}') break;
      Member member;
      member.name_begin = at_ + 1;
      SkipString();
      member.name_end = at_ - 1;
      SkipSpace();  // up to the colon
      ++at_;
      SkipBlanks();
      if (text_[at_] == '{') {
        Object();
        continue;
      }
      AddValue(member);
    }
    ++at_;
  }

  void Array() {
    ++at_;
    for (;;) {
      SkipSpace();
      if (at_ >= text_.size() || text_[at_] == ']') break;
      AddValue({});
    }
  }

 private:
  void AddValue(Member member) {
    member.value_begin = at_;
    if (text_[at_] == '"') {
      SkipString();
    } else {
      at_ = text_.find_first_of(",}] \n", at_);
    }
    member.value_end = at_;
    members_.push_back(member);
  }
  void SkipString() {
    for (++at_; text_[at_] != '"'; ++at_) at_ += text_[at_] == '\\';
    ++at_;
  }
  void SkipBlanks() { at_ = text_.find_first_not_of(" \n", at_); }
  // Skips the separators between two members.
  void SkipSpace() { at_ = text_.find_first_not_of(" \n,", at_); }

  std::string_view text_;
  std::vector<Member>& members_;
  std::size_t at_ = 0;
};

void FindCells(std::string_view text, std::vector<Member>& members) {
  std::size_t at = 0;
  while (at <= text.size()) {
    Member member;
    member.value_begin = at;
    if (at < text.size() && text[at] == '"') {
      at = text.find('"', at + 1) + 1;
    } else {
      at = std::min(text.find(',', at), text.size());
    }
    member.value_end = at;
    members.push_back(member);
    ++at;
  }
}

}  // namespace

void FindMembers(std::string_view record, RowStyle style,
                 std::vector<Member>& members) {
  members.clear();
  switch (style) {
    case RowStyle::kObject:
    case RowStyle::kPage:
      Walk(record, members).Object();
      break;
    case RowStyle::kArray:
      Walk(record, members).Array();
      break;
    case RowStyle::kCsv:
      FindCells(record, members);
      break;
  }
}

}  // namespace busyhour::internal
