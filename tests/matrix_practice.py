# ruff: noqa: E501 the rows of a table stay on one line
"""Rows of the matrix (tests/matrix.py) for the hospital's own pages; the columns are those of ROSAS.

Settings are the administrator's; service lines and the licence table also the director's; desks read
the licences, a physician her own; patients are in an import, so no administrator opens one.
"""

PRACTICE = """practice_out:front GET             302   403   403   200   403   403   403   403   403   200   200   403   403
practice_out:setup GET             302   403   403   403   403   403   403   403   403   403   403   403   403
practice_out:setup_step GET        302   403   403   403   403   403   403   403   403   403   403   403   403
practice_out:setup_step POST       302   403   403   403   403   403   403   403   403   403   403   403   403
practice_out:institution GET       302   403   403   403   403   403   403   403   403   403   403   403   403
practice_out:institution POST      302   403   403   403   403   403   403   403   403   403   403   403   403
practice_out:brand GET             302   403   403   403   403   403   403   403   403   403   403   403   403
practice_out:brand POST            302   403   403   403   403   403   403   403   403   403   403   403   403
practice_out:hours GET             302   403   403   403   403   403   403   403   403   403   403   403   403
practice_out:hours POST            302   403   403   403   403   403   403   403   403   403   403   403   403
practice_out:lines GET             302   403   403   403   403   403   403   403   403   200   403   403   403
practice_out:lines POST            302   403   403   403   403   403   403   403   403   422   403   403   403
practice_out:line_new GET          302   403   403   403   403   403   403   403   403   200   403   403   403
practice_out:line_new POST         302   403   403   403   403   403   403   403   403   422   403   403   403
practice_out:line GET              302   403   403   403   403   403   403   403   403   200   403   403   403
practice_out:line POST             302   403   403   403   403   403   403   403   403   302   403   403   403
practice_out:line_part GET         302   403   403   403   403   403   403   403   403   200   403   403   403
practice_out:line_part POST        302   403   403   403   403   403   403   403   403   422   403   403   403
practice_out:staff GET             302   403   403   403   403   403   403   403   403   403   403   403   403
practice_out:staff POST            302   403   403   403   403   403   403   403   403   403   403   403   403
practice_out:licences GET          302   403   403   200   403   403   403   403   403   200   200   403   403
practice_out:licence_place GET     302   403   403   403   403   403   403   403   403   200   403   403   403
practice_out:licence_place POST    302   403   403   403   403   403   403   403   403   302   403   403   403
practice_out:physicians GET        302   403   403   200   403   403   403   403   403   200   200   403   403
practice_out:physicians POST       302   403   403   403   403   403   403   403   403   200   403   403   403
practice_out:my_licences GET       302   403   403   403   200   200   403   403   403   403   403   200   403
practice_out:mail GET              302   403   403   403   403   403   403   403   403   403   403   403   403
practice_out:mail POST             302   403   403   403   403   403   403   403   403   403   403   403   403
practice_out:changes GET           302   403   403   403   403   403   403   403   403   200   403   403   403
practice_out:version GET           302   403   403   403   403   403   403   403   403   200   403   403   403
practice_out:version POST          302   403   403   403   403   403   403   403   403   302   403   403   403
practice_out:imports GET           302   403   403   200   403   403   403   403   403   200   200   403   403
practice_out:imports POST          302   403   403   422   403   403   403   403   403   422   422   403   403
practice_out:import GET            302   403   403   200   403   403   403   403   403   200   404   403   403
practice_out:import POST           302   403   403   302   403   403   403   403   403   302   404   403   403
practice_out:sheet GET             404   404   404   404   404   404   404   404   404   404   404   404   404
practice_out:mark GET              404   404   404   404   404   404   404   404   404   404   404   404   404
"""
