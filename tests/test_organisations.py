"""Which names are spellings of one organisation."""

from itertools import combinations

import pytest

from normalizers.organisations import are_one
from tests.each import each
from tests.registry import found

SPELLINGS = """
Lilly | Eli Lilly and Company
Novo Nordisk | Novo Nordisk A/S
Peking University | Peking University Third Hospital
University of Minnesota (UMN) | University of Minnesota
Hyalex Orthopaedics | Hyalex Orthopaedics, Inc.
Hôpital Erasme | Hopital Erasme
Janssen Research & Development, LLC | Janssen Research and Development
Univ. of Washington | University of Washington
NCI | National Cancer Institute (NCI)
Roche | Hoffmann-La Roche
M.D. Anderson Cancer Center | University of Texas MD Anderson Cancer Centre
Harbin Medical University | First Affiliated Hospital of Harbin Medical University
University Hospital, Ghent | Ghent University Hospital
GlaxoSmithKline | Glaxo Smith Kline
Bristol-Myers Squibb | Bristol Myers Squibb Company
Jiangsu HengRui Medicine Co., Ltd. | Jiangsu Hengrui Medicine
Boehringer Ingelheim | Boehringer Ingelheim GmbH & Co. KG
Pfizer | Wyeth is now a wholly owned subsidiary of Pfizer
Merck Sharp & Dohme LLC | Merck Sharp & Dohme Corp.
Takeda Pharma A/S | Takeda Pharmaceuticals A/S
Children’s Hospital Boston | Boston Children's Hospital
Masoud Soleimani | Masoud Soleimani, Prof
Assistance Publique - Hôpitaux de Paris | Assistance Publique Hopitaux de Paris
The Christie Hospital | Christie Hospital
Hoffmann-La Roche | F. Hoffmann-La Roche Ltd
M.D. Anderson Cancer Center | The University of Texas M. D. Anderson Cancer Center
UCB Biopharma SRL | UCB Biopharma S.P.R.L.
UCB Biopharma SRL | UCB Biopharma S. P. R. L.
West China Hospital | West China Hospital of Sichuan University
Cleveland Clinic | Cleveland Clinic Foundation
UCSF | University of California, San Francisco
AP-HP | Assistance Publique - Hôpitaux de Paris
MSD | Merck Sharp & Dohme LLC
"""

OTHERS = """
Peking University | Peking Union Medical College
University of Washington | Washington University
Merck KGaA | Merck Sharp & Dohme
Merck KGaA | Merck & Co., Inc.
Merck KGaA, Darmstadt, Germany | Merck Sharp & Dohme LLC
Novartis | Novo Nordisk
George Washington University | Washington University
Medical University of Vienna | University of Vienna
University of California, San Francisco | University of California, San Diego
National Cancer Institute | National Cancer Institute, Naples
Indiana University | Indiana University of Pennsylvania
First Affiliated Hospital of Harbin Medical University | Second Affiliated Hospital of Harbin Medical University
Ministry of Health | Ministry of Health, Turkey
Ohio State University | Ohio University
Michigan State University | University of Michigan
Genentech | Roche
University Hospital | University Hospital, Basel
Eli Lilly and Company | Eli Lilly Japan K.K.
Tianjin Medical University | Tianjin University
Saint Mary Hospital (Lyon) | Saint Mary Hospital (Paris)
York University | New York University
Mount Sinai Hospital, Canada | Mount Sinai Hospital, New York
Johnson & Johnson | Janssen
Novo Nordisk | Novo Nordisk Foundation
Lilly | Eli Lilly Foundation
University of Miami | Miami University
University of London | Queen Mary University of London
Georgia State University | University of Georgia
Zhejiang University | Zhejiang University of Technology
UCSD | University of California, San Francisco
Abbott | AbbVie
Sanofi | Sandoz
"""


def pairs(table):
    return [tuple(line.split(" | ")) for line in table.strip().splitlines()]


@each(("first", "second"), pairs(SPELLINGS))
def test_spellings_of_one_name_are_one_organisation(first, second):
    assert are_one(first, second)
    assert are_one(second, first)


@each(("first", "second"), pairs(OTHERS))
def test_names_that_share_words_are_two_organisations(first, second):
    assert not are_one(first, second)
    assert not are_one(second, first)


def test_of_all_names_in_the_registrys_records_only_a_whole_and_its_part_are_one():
    names = [
        *found("sponsorCollaboratorsModule", "leadSponsor", "name"),
        *found("sponsorCollaboratorsModule", "collaborators", "name"),
    ]
    if not names:
        pytest.skip("there is no folder of registry records")
    for first, second in combinations(sorted(set(names)), 2):
        short, long = sorted((first, second), key=len)
        if are_one(first, second):
            assert set(short.lower().replace(",", "").split()) <= set(long.lower().replace(",", "").split()), (
                short,
                long,
            )
