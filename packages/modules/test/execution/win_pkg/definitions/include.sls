{% include 'win/repo-ng/snippet.inc' %}
{% include 'win/repo-ng/none.inc' ignore missing %}
after:
  '1': {full_name: after}
