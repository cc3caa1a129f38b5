"""Teams, teammates and cards; and the page of a scanned card."""

from django.urls import URLPattern, path

from doanso.outreach.views import cards, teams

patterns: list[URLPattern] = [
    path("teams/", teams.team_list, name="teams"),
    path("teams/new/", teams.new_team, name="new-team"),
    path("teams/<uuid:team_id>/", teams.team, name="team"),
    path("teams/<uuid:team_id>/change/", teams.change_team, name="change-team"),
    path("teams/<uuid:team_id>/end/", teams.end_team, name="end-team"),
    path("teams/<uuid:team_id>/add/", teams.add_mate, name="add-mate"),
    path("teams/<uuid:team_id>/issue-cards/", cards.issue_missing, name="issue-cards"),
    path("teams/<uuid:team_id>/cards/", cards.team_cards, name="team-cards"),
    path("teams/people/<uuid:mate_id>/", teams.mate, name="mate"),
    path("teams/people/<uuid:mate_id>/change/", teams.change_mate, name="change-mate"),
    path("teams/people/<uuid:mate_id>/end/", teams.end_mate, name="end-mate"),
    path("teams/people/<uuid:mate_id>/issue-card/", cards.issue, name="issue-card"),
    path("teams/people/<uuid:mate_id>/revoke-card/", cards.revoke, name="revoke-card"),
    path("teams/people/<uuid:mate_id>/card/", cards.card, name="card"),
    path("teams/people/<uuid:mate_id>/sign-in/", cards.sign_in, name="give-sign-in"),
    path("teams/people/<uuid:mate_id>/take-sign-in/", cards.take_sign_in, name="take-sign-in"),
    path("c/<slug:secret>/", cards.shown_card, name="shown-card"),
]
